import { custom, defineSettings, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

const KEY_BYTES_MIN = 32;

/** How the gateway knows who of the product sits before a page. */
export const productSessionSettings = defineSettings('Product session', {
  signInUrl: url({
    env: 'SWITCHYARD_PRODUCT_SIGN_IN_URL',
    optional: true,
    schemes: ['https', 'http'],
    example: 'https://monitor.example.com/slack/sign-in',
    description:
      'Page of the product that signs people in and sends them back to `next` with a `session` (docs/guides/slack.md); without it people cannot link themselves.',
  }),
  sessionKey: custom({
    env: 'SWITCHYARD_PRODUCT_SESSION_KEY',
    optional: true,
    isSecret: true,
    accepted: 'base64 of at least 32 bytes',
    example: 'the output of `openssl rand -base64 32`',
    description: 'Key by which the product signs its `session` (JWT, HS256).',
    parse: (value) => {
      const key = Buffer.from(value, 'base64');
      if (key.length < KEY_BYTES_MIN) throw new Error(`it is shorter than ${KEY_BYTES_MIN} bytes`);
      return key;
    },
  }),
});

/** Values of {@link productSessionSettings}. */
export type ProductSessionSettings = SettingsOf<typeof productSessionSettings>;
