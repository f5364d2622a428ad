import { setTimeout as delay } from 'node:timers/promises';
import { Deadline, systemClock } from '@switchyard/primitives';

/** How to wait. */
export interface WaitOptions {
  /** Ten seconds unless said otherwise. */
  readonly timeoutMs?: number;
  /** How often to ask; 25 ms unless said otherwise. */
  readonly everyMs?: number;
  /** What is waited for, for the message: `the webhook to arrive in us`. */
  readonly description: string;
}

/**
 * Asks until the answer is neither `undefined`, `null` nor `false`, and resolves to it. A throw counts as "not yet".
 *
 * @throws Error that says what was waited for, for how long, and the last answer or error
 */
export async function waitFor<Answer>(
  condition: () => Answer | Promise<Answer>,
  { timeoutMs = 10_000, everyMs = 25, description }: WaitOptions,
): Promise<Exclude<Answer, undefined | null | false>> {
  const deadline = Deadline.after(systemClock, timeoutMs);
  let last: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer !== undefined && answer !== null && answer !== false)
        return answer as Exclude<Answer, undefined | null | false>;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (deadline.isPast) throw new Error(`waited ${timeoutMs} ms for ${description}; last: ${String(last)}`);
    await delay(everyMs);
  }
}
