import { defineSettings, integer, text, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** How mail is sent. */
export const emailSettings = defineSettings('E-mail', {
  smtpUrl: url({
    env: 'SWITCHYARD_SMTP_URL',
    default: 'smtp://127.0.0.1:1025',
    schemes: ['smtp', 'smtps'],
    example: 'smtp://127.0.0.1:1025',
    description: 'The mail server; user and password may be in it.',
    isSecret: true,
  }),
  from: text({
    env: 'SWITCHYARD_MAIL_FROM',
    default: 'Switchyard <noreply@localhost>',
    description: 'Sender of all mails.',
  }),
  connectionsMax: integer({
    env: 'SWITCHYARD_SMTP_CONNECTIONS',
    default: '4',
    min: 1,
    max: 100,
    description: 'Connections to the mail server that are kept.',
  }),
  timeoutMs: integer({
    env: 'SWITCHYARD_SMTP_TIMEOUT_MS',
    default: '10000',
    min: 100,
    max: 120_000,
    description: 'Time limit for connecting and for each answer of the mail server.',
  }),
  attempts: integer({
    env: 'SWITCHYARD_MAIL_ATTEMPTS',
    default: '8',
    min: 1,
    max: 20,
    description: 'Attempts to send a mail; the delay doubles from a minute to an hour.',
  }),
  firstRetryMs: integer({
    env: 'SWITCHYARD_MAIL_FIRST_RETRY_MS',
    default: '60000',
    min: 10,
    max: 3_600_000,
    description: 'Delay before the second attempt.',
  }),
});

/** Values of {@link emailSettings}. */
export type EmailSettings = SettingsOf<typeof emailSettings>;
