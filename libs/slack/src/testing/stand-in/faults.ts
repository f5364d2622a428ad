/** What Slack says to one call: an error word, a status, or nothing at all. */
export type SlackReaction =
  | { readonly error: string }
  | { readonly status: number; readonly retryAfter?: string }
  | 'cut'
  | 'cut after taking'
  | 'ok';

/** Something that goes wrong for the next calls. */
export interface Fault {
  /** Absent: any method. */
  readonly method?: string | undefined;
  /** Absent: any channel. */
  readonly channel?: string | undefined;
  readonly reaction: SlackReaction;
  /** How many calls it hits. */
  readonly times: number;
}

const FAULTS_MAX = 100;

/** Faults that wait for their calls; the first one that fits is taken. */
export class Faults {
  private waiting: Fault[] = [];

  add(fault: Fault): void {
    this.waiting = [...this.waiting, fault].slice(-FAULTS_MAX);
  }

  clear(): void {
    this.waiting = [];
  }

  take(method: string, channel: string): SlackReaction {
    const at = this.waiting.findIndex(
      (fault) => (fault.method ?? method) === method && (fault.channel ?? channel) === channel,
    );
    const fault = this.waiting[at];
    if (fault === undefined) return 'ok';
    const left = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
    this.waiting.splice(at, 1, ...left);
    return fault.reaction;
  }
}
