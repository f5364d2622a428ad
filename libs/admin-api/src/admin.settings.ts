import { custom, defineSettings, integer, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** Shorter ones can be guessed, even at ten guesses a minute from each of many addresses. */
const TOKEN_CHARS_MIN = 16;

/** Who may use the admin API. */
export const adminSettings = defineSettings('Admin API', {
  adminToken: custom({
    env: 'SWITCHYARD_ADMIN_TOKEN',
    isSecret: true,
    accepted: `text of at least ${TOKEN_CHARS_MIN} characters without white space`,
    example: 'the output of `openssl rand -hex 32`',
    description: 'The first token of the admin API, with the scope `admin`; personal ones are made with it.',
    parse: readToken,
  }),
  adminTrustedProxies: integer({
    env: 'SWITCHYARD_ADMIN_TRUSTED_PROXIES',
    default: '0',
    min: 0,
    max: 10,
    description:
      'How many proxies of your own in front of the admin API add to `X-Forwarded-For`; failures are limited by address.',
  }),
  adminUrl: url({
    env: 'SWITCHYARD_ADMIN_URL',
    optional: true,
    schemes: ['https', 'http'],
    example: 'https://switchyard.example.com',
    description: "Where browsers reach this app's admin pages; with https their cookies are bound to it.",
  }),
  sessionIdleMinutes: integer({
    env: 'SWITCHYARD_SESSION_IDLE_MINUTES',
    default: '60',
    min: 5,
    max: 1_440,
    description: 'Who does nothing on the admin pages for so long has to sign in again.',
  }),
  sessionHoursMax: integer({
    env: 'SWITCHYARD_SESSION_HOURS',
    default: '12',
    min: 1,
    max: 720,
    description: 'Who signed in so long ago has to do it again.',
  }),
});

/** DI token of the {@link AdminSettings}. */
export const ADMIN_SETTINGS = Symbol('ADMIN_SETTINGS');

/** Values of {@link adminSettings}. */
export type AdminSettings = SettingsOf<typeof adminSettings>;

function readToken(value: string): string {
  if (value.length < TOKEN_CHARS_MIN) throw new Error(`it has fewer than ${TOKEN_CHARS_MIN} characters`);
  if (/\s/.test(value)) throw new Error('it has white space in it');
  return value;
}
