import { request } from 'undici';
import type { Dispatcher } from 'undici';

/** A request of a load. */
export interface LoadCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

const TIMEOUT_MS = 20_000;
const UNEXPECTED_SHOWN = 200;

/** How a load was answered: counts by status; 0 is for no answer at all. */
export class Answers {
  readonly counts: Record<string, number> = {};
  /** The first answers that were not what they should have been. */
  readonly unexpected: string[] = [];

  constructor(
    readonly name: string,
    private readonly expected: number,
  ) {}

  get isClean(): boolean {
    return Object.keys(this.counts).every((status) => Number(status) === this.expected);
  }

  /** Sends once; resolves to whether the answer was the expected one. */
  async ask({ method, url, headers, body }: LoadCall, dispatcher: Dispatcher): Promise<boolean> {
    let status = 0;
    let text = '';
    try {
      const options = { method, headers, dispatcher, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };
      const response = await request(url, { ...options, ...(body === undefined ? {} : { body }) });
      status = response.statusCode;
      text = await response.body.text();
    } catch (error) {
      text = String(error);
    }
    this.counts[status] = (this.counts[status] ?? 0) + 1;
    if (status === this.expected) return true;
    if (this.unexpected.length < 3) this.unexpected.push(`${this.name}: ${status} ${text.slice(0, UNEXPECTED_SHOWN)}`);
    return false;
  }
}
