import PostalMime from 'postal-mime';
import type { Address } from 'postal-mime';
import type { CaughtMail } from './mail-store';

/** What the SMTP dialogue told, whatever the mail's own headers say. */
export interface Envelope {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly receivedAt: string;
}

/** Takes a mail apart. */
export async function readMail(raw: Buffer, envelope: Envelope): Promise<CaughtMail> {
  const mail = await PostalMime.parse(raw);
  return {
    id: envelope.id,
    from: mail.from === undefined ? envelope.from : addressText(mail.from),
    to: envelope.to,
    subject: mail.subject ?? '',
    receivedAt: envelope.receivedAt,
    text: mail.text,
    html: mail.html,
    headers: mail.headers.map(({ key, value }) => ({ name: key, value })),
    bytes: raw.length,
  };
}

function addressText({ name, address }: Address): string {
  return name ? `${name} <${address ?? ''}>` : (address ?? '');
}
