import type { AdminClient } from '../gateway-client';
import type { Output } from '../output';
import { table } from '../table';

interface Mailbox {
  readonly mailbox: string;
  readonly waiting: number;
  readonly attempts: number;
  readonly oldestReceivedAt: string;
  readonly dueAt: string | null;
  readonly isClaimed: boolean;
  readonly isHeld: boolean;
  readonly latenessSeconds: number;
}

/** Lists mailboxes that have rows, the one waiting longest first. */
export async function mailboxes(
  client: AdminClient,
  { limit }: { readonly limit: string },
  output: Output,
): Promise<void> {
  const answer = await client.call<{ items: readonly Mailbox[] }>(
    'GET',
    `mailboxes?limit=${encodeURIComponent(limit)}`,
  );
  output.show(answer, () =>
    table(
      ['mailbox', 'waiting', 'attempts', 'oldest', 'late', 'state'],
      answer.items.map((box) => [
        box.mailbox,
        box.waiting,
        box.attempts,
        box.oldestReceivedAt,
        `${Math.round(box.latenessSeconds)} s`,
        stateOf(box),
      ]),
      'Nothing waits.',
    ),
  );
}

function stateOf({ isHeld, isClaimed, dueAt }: Mailbox): string {
  if (isHeld) return 'held';
  if (isClaimed) return 'being delivered';
  return dueAt !== null && Date.parse(dueAt) > Date.now() ? `waits until ${dueAt}` : 'due';
}
