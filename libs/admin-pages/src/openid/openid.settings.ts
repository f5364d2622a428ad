import { custom, defineSettings, text, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';
import { ADMIN_SCOPES } from '@switchyard/admin-api';
import type { AdminScope } from '@switchyard/admin-api';

/** Sign-in with an account elsewhere; without an issuer, only tokens open the pages. */
export const openIdSettings = defineSettings('Sign-in by OpenID Connect', {
  issuer: url({
    env: 'SWITCHYARD_OIDC_ISSUER',
    optional: true,
    schemes: ['https', 'http'],
    example: 'https://login.example.com',
    description: 'Who vouches for people; `http` only on this machine. Needs `SWITCHYARD_ADMIN_URL`.',
  }),
  clientId: text({
    env: 'SWITCHYARD_OIDC_CLIENT_ID',
    default: 'switchyard',
    description: 'What the issuer knows this app as.',
  }),
  clientSecret: text({
    env: 'SWITCHYARD_OIDC_CLIENT_SECRET',
    optional: true,
    isSecret: true,
    description: 'The secret that goes with it; none for a public client.',
  }),
  requestedScopes: text({
    env: 'SWITCHYARD_OIDC_SCOPES',
    default: 'openid profile email',
    description: 'What is asked of the issuer, separated by spaces; `openid` must be among them.',
  }),
  claim: text({
    env: 'SWITCHYARD_OIDC_CLAIM',
    default: 'groups',
    example: 'roles',
    description: 'The claim of the ID token that says what somebody may do: a word or a list of words.',
  }),
  scopeByGroup: custom({
    env: 'SWITCHYARD_OIDC_SCOPE_MAP',
    default: '',
    accepted: '`word=scope`, separated by commas',
    example: 'sre=admin,support=viewer',
    description: 'Which words of the claim give which scope; who has none of them is not let in.',
    parse: readMap,
  }),
});

/** Values of {@link openIdSettings}. */
export type OpenIdSettings = SettingsOf<typeof openIdSettings>;

function readMap(value: string): ReadonlyMap<string, AdminScope> {
  const pairs = value.split(',').filter((part) => part.trim() !== '');
  return new Map(
    pairs.map((pair) => {
      const [, group, word] = /^\s*(.{1,200})=(\w+)\s*$/.exec(pair) ?? [];
      const scope = ADMIN_SCOPES.find((name) => name === word);
      if (group === undefined || scope === undefined) throw new Error(`a part is not word=${ADMIN_SCOPES.join('|')}`);
      return [group, scope];
    }),
  );
}
