import type { AdminClient } from '../gateway-client';
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
export async function holds(client: AdminClient, output: Output): Promise<void> {
  const answer = await client.call<{ items: readonly Hold[] }>('GET', 'holds');
  const rows = answer.items.map(({ scope, value, reason, actor, heldAt }) => [scope, value, reason, actor, heldAt]);
  output.show(answer, () => table(['scope', 'value', 'reason', 'by', 'since'], rows, 'Nothing is held.'));
}

/** Holds mailboxes. */
export async function hold(
  client: AdminClient,
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
export async function release(client: AdminClient, scope: string, value: string, output: Output): Promise<void> {
  await client.call('DELETE', pathOf(scope, value));
  output.show({ scope, value }, () => `Released: ${scope} ${value}.`);
}

/** Ends the backoff of mailboxes. */
export async function retry(client: AdminClient, mailboxes: readonly string[], output: Output): Promise<void> {
  const answer = await client.call<{ woken: number }>('POST', 'mailboxes/retry', { mailboxes });
  output.show(answer, () => `${answer.woken} of ${mailboxes.length} mailboxes were waiting and are tried now.`);
}

interface Shed {
  readonly provider: string;
  readonly integrationId: string | null;
  readonly reason: string;
  readonly actor: string;
  readonly shedAt: string;
}

const shedPath = (provider: string, integration = 'all'): string =>
  `sheds/${encodeURIComponent(provider)}/${encodeURIComponent(integration)}`;

/** Lists what is turned away. */
export async function sheds(client: AdminClient, output: Output): Promise<void> {
  const answer = await client.call<{ items: readonly Shed[] }>('GET', 'sheds');
  const rows = answer.items.map(({ provider, integrationId, reason, actor, shedAt }) => [
    provider,
    integrationId ?? 'all',
    reason,
    actor,
    shedAt,
  ]);
  output.show(answer, () =>
    table(['provider', 'integration', 'reason', 'by', 'since'], rows, 'Nothing is turned away.'),
  );
}

/** Turns webhooks away with 429. */
export async function shed(
  client: AdminClient,
  provider: string,
  integration: string | undefined,
  { reason }: { readonly reason: string },
  output: Output,
): Promise<void> {
  await client.call('PUT', shedPath(provider, integration), { reason });
  output.show(
    { provider, integration, reason },
    () => `Turned away with 429 from now on: ${provider} ${integration ?? '(all)'}.`,
  );
}

/** Takes them again. */
export async function unshed(
  client: AdminClient,
  provider: string,
  integration: string | undefined,
  output: Output,
): Promise<void> {
  await client.call('DELETE', shedPath(provider, integration));
  output.show({ provider, integration }, () => `Taken again: ${provider} ${integration ?? '(all)'}.`);
}
