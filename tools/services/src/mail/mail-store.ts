/** A mail as it was caught. */
export interface CaughtMail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** ISO 8601. */
  readonly receivedAt: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly bytes: number;
}

/** How much is kept. */
export interface MailLimits {
  readonly countMax: number;
  readonly bytesMax: number;
}

/** The latest mails, in memory; the oldest go when there are too many or they are too large together. */
export class MailStore {
  private readonly mails: CaughtMail[] = [];
  private bytes = 0;

  constructor(private readonly limits: MailLimits) {}

  add(mail: CaughtMail): void {
    this.mails.push(mail);
    this.bytes += mail.bytes;
    while (this.mails.length > this.limits.countMax || (this.bytes > this.limits.bytesMax && this.mails.length > 1))
      this.bytes -= this.mails.shift()?.bytes ?? 0;
  }

  /** Newest first. */
  all(): readonly CaughtMail[] {
    return this.mails.toReversed();
  }

  find(id: string): CaughtMail | undefined {
    return this.mails.find((mail) => mail.id === id);
  }

  clear(): void {
    this.mails.length = 0;
    this.bytes = 0;
  }
}
