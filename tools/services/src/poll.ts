import { setTimeout as delay } from 'node:timers/promises';
import { Deadline, systemClock } from '@switchyard/primitives';

/**
 * Asks again and again until there is an answer.
 *
 * @returns `undefined` when time ran out first
 */
export async function poll<Answer>(
  ask: () => Promise<Answer | undefined> | Answer | undefined,
  { timeoutMs, everyMs = 20 }: { readonly timeoutMs: number; readonly everyMs?: number },
): Promise<Answer | undefined> {
  const deadline = Deadline.after(systemClock, timeoutMs);
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || deadline.isPast) return answer;
    await delay(everyMs);
  }
}
