import { SettingsError } from '@switchyard/config';
import * as oidc from 'openid-client';
import type { Claims } from './person';
import type { OpenIdSettings } from './openid.settings';

/** An issuer that is slower than this is away. */
const TIMEOUT_SECONDS = 10;
const CALLBACK_PATH = '/admin/sign-in/callback';

/** What has to be remembered until somebody comes back from the issuer. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The issuer that people sign in with: authorization code, PKCE, state and nonce (OpenID Connect Core 1.0 §3.1, RFC 7636). */
export class OpenIdProvider {
  private configuration: Promise<oidc.Configuration> | undefined;

  private constructor(
    private readonly settings: OpenIdSettings & { readonly issuer: string },
    private readonly adminUrl: string,
  ) {}

  /** @throws SettingsError when it is set half */
  static of(settings: OpenIdSettings, adminUrl: string | undefined): OpenIdProvider | undefined {
    const { issuer, requestedScopes } = settings;
    if (issuer === undefined) return undefined;
    const problems: string[] = [];
    if (adminUrl === undefined) problems.push('SWITCHYARD_OIDC_ISSUER needs SWITCHYARD_ADMIN_URL, to come back to');
    if (!isProtected(issuer)) problems.push('SWITCHYARD_OIDC_ISSUER must be https: anybody could vouch for anybody');
    if (!requestedScopes.split(' ').includes('openid')) problems.push('SWITCHYARD_OIDC_SCOPES must have openid in it');
    if (adminUrl === undefined || problems.length > 0) throw new SettingsError(problems);
    return new OpenIdProvider({ ...settings, issuer }, adminUrl.replace(/\/$/, ''));
  }

  /** Where to send somebody, and what to remember. */
  async begin(): Promise<{ readonly url: string; readonly pending: PendingSignIn }> {
    const configuration = await this.configured();
    const pending = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    };
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.adminUrl + CALLBACK_PATH,
      scope: this.settings.requestedScopes,
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
    });
    return { url: url.href, pending };
  }

  /**
   * Checks what the issuer says of who came back.
   *
   * @param query of the request, with its `?`
   * @throws Error for an answer that is not to the question, or not the issuer's
   */
  async finish(query: string, { state, nonce, verifier }: PendingSignIn): Promise<Claims> {
    const tokens = await oidc.authorizationCodeGrant(
      await this.configured(),
      new URL(this.adminUrl + CALLBACK_PATH + query),
      { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
    );
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('the issuer sent no ID token');
    return claims;
  }

  /** Asked once it is needed, and again when that failed: the app starts although the issuer is away. */
  private configured(): Promise<oidc.Configuration> {
    this.configuration ??= this.discover().catch((error: unknown) => {
      this.configuration = undefined;
      throw error;
    });
    return this.configuration;
  }

  private discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretPost(clientSecret);
    return oidc.discovery(new URL(issuer), clientId, undefined, authentication, {
      timeout: TIMEOUT_SECONDS,
      // The signature is checked although the token comes straight from the issuer.
      execute: [oidc.enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [])],
    });
  }
}

function isProtected(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
