import { loadSettings } from '@switchyard/config';
import { OpenIdProvider } from './openid-provider';
import { openIdSettings } from './openid.settings';

const settings = (environment: Record<string, string>) => loadSettings({ openId: openIdSettings }, environment).openId;
const ADMIN_URL = 'https://admin.example.test';
const ISSUER = 'https://login.example.test';

describe('the settings of sign-in', () => {
  it('without an issuer there is none', () => {
    expect(OpenIdProvider.of(settings({}), undefined)).toBeUndefined();
  });

  it.each([ISSUER, 'http://127.0.0.1:4000'])('takes %s', (issuer) => {
    expect(OpenIdProvider.of(settings({ SWITCHYARD_OIDC_ISSUER: issuer }), ADMIN_URL)).toBeDefined();
  });

  it.each([
    ['no address to come back to', { SWITCHYARD_OIDC_ISSUER: ISSUER }, undefined, 'SWITCHYARD_ADMIN_URL'],
    ['an issuer that anybody can be', { SWITCHYARD_OIDC_ISSUER: 'http://login.test' }, ADMIN_URL, 'must be https'],
    ['no ID token', { SWITCHYARD_OIDC_ISSUER: ISSUER, SWITCHYARD_OIDC_SCOPES: 'email' }, ADMIN_URL, 'openid'],
  ])('refuses %s', (_what, environment, adminUrl, words) => {
    expect(() => OpenIdProvider.of(settings(environment), adminUrl)).toThrow(words);
  });

  it.each(['sre', 'sre=root', '=admin'])('refuses the map %s', (map) => {
    expect(() => settings({ SWITCHYARD_OIDC_SCOPE_MAP: map })).toThrow('SWITCHYARD_OIDC_SCOPE_MAP');
  });
});
