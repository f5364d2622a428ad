import { SwitchyardError } from '@switchyard/primitives';

/** Thrown when published keys cannot be had now: whether a token is genuine is not known. */
export class PublicKeysUnavailableError extends SwitchyardError {
  constructor(issuer: string, detail: string) {
    super(`the published keys of ${issuer} cannot be had: ${detail}`, {
      code: 'SWY_PROVIDER_KEYS_UNAVAILABLE',
      remedy:
        'Check that this process may reach the address of the keys, and that SWITCHYARD_ATLASSIAN_KEYS_URL and SWITCHYARD_BOT_FRAMEWORK_URL are right.',
      details: { issuer, detail },
    });
  }
}
