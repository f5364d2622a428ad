import type { GatewayClient } from '../gateway-client';
import type { Output } from '../output';
import { table } from '../table';

interface Hold {
  readonly scope: string;
  readonly value: string;
  readonly reason: string;
  readonly actor: string;
  readonly heldAt: string;
}

const pathOf = (scope: string, value: string): string =>
  `holds/${encodeURIComponent(scope)}/${encodeURIComponent(value)}`;

/** Lists what is held. */
export async function holds(client: GatewayClient, output: Output): Promise<void> {
  const answer = await client.call<{ items: readonly Hold[] }>('GET', 'holds');
  const rows = answer.items.map(({ scope, value, reason, actor, heldAt }) => [scope, value, reason, actor, heldAt]);
  output.show(answer, () => table(['scope', 'value', 'reason', 'by', 'since'], rows, 'Nothing is held.'));
}

/** Holds mailboxes. */
export async function hold(
  client: GatewayClient,
  scope: string,
  value: string,
  { reason }: { readonly reason: string },
  output: Output,
): Promise<void> {
  await client.call('PUT', pathOf(scope, value), { reason });
  output.show(
    { scope, value, reason },
    () => `Held: ${scope} ${value}. Webhooks are stored and not delivered until it is released.`,
  );
}

/** Lets them go on. */
export async function release(client: GatewayClient, scope: string, value: string, output: Output): Promise<void> {
  await client.call('DELETE', pathOf(scope, value));
  output.show({ scope, value }, () => `Released: ${scope} ${value}.`);
}

/** Ends the backoff of mailboxes. */
export async function retry(client: GatewayClient, mailboxes: readonly string[], output: Output): Promise<void> {
  const answer = await client.call<{ woken: number }>('POST', 'mailboxes/retry', { mailboxes });
  output.show(answer, () => `${answer.woken} of ${mailboxes.length} mailboxes were waiting and are tried now.`);
}
