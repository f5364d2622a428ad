import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from '../gateway-client';
import type { AdminClient } from '../gateway-client';
import type { Output } from '../output';
import { table } from '../table';
import { selectionOf } from './webhooks';
import type { SelectionOptions } from './webhooks';

interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly actor: string;
  readonly createdAt: string;
  readonly sample?: readonly { readonly id: string; readonly mailbox: string; readonly reason?: string }[];
}

const POLL_MS = 300;

/** What a bulk action may be told besides its selection. */
export interface BulkOptions extends SelectionOptions {
  readonly yes?: boolean;
  /** Where replayed webhooks go instead of their own region. */
  readonly to?: string;
}

/** Shows the plan; with `--yes` runs it and shows how far it is. */
export async function bulk(client: AdminClient, kind: string, options: BulkOptions, output: Output): Promise<void> {
  const plan = await client.call<Operation>('POST', 'operations', {
    kind,
    selection: selectionOf(options),
    targetRegion: options.to,
  });
  if (options.yes !== true) {
    output.show(plan, () => describePlan(plan));
    return;
  }
  await client.call('POST', `operations/${plan.id}/start`);
  const operation = await follow(client, plan.id);
  output.show(operation, () => `${operation.kind} ${operation.state}: ${operation.done} of ${operation.total}.`);
}

/** Stops a bulk action. */
export async function cancel(client: AdminClient, id: string, output: Output): Promise<void> {
  const operation = await client.call<Operation>('POST', `operations/${encodeURIComponent(id)}/cancel`);
  output.show(operation, () => `Cancelled; ${operation.done} of ${operation.total} were done and stay so.`);
}

/** Lists bulk actions. */
export async function operations(client: AdminClient, output: Output): Promise<void> {
  const answer = await client.call<{ items: readonly Operation[] }>('GET', 'operations');
  const rows = answer.items.map(({ id, kind, state, done, total, actor, createdAt }) => [
    id,
    kind,
    state,
    `${done}/${total}`,
    actor,
    createdAt,
  ]);
  output.show(answer, () => table(['id', 'kind', 'state', 'done', 'by', 'at'], rows, 'There are none.'));
}

/** Lists what operators did. */
export async function auditLog(client: AdminClient, output: Output): Promise<void> {
  const answer = await client.call<{ items: readonly Record<string, unknown>[] }>('GET', 'audit-log');
  const rows = answer.items.map(({ at, actor, action, subject, detail }) => [at, actor, action, subject, detail]);
  output.show(answer, () => table(['at', 'by', 'action', 'subject', 'detail'], rows, 'Nobody did anything.'));
}

async function follow(client: AdminClient, id: string): Promise<Operation> {
  let reported = -1;
  for (;;) {
    const operation = await client.call<Operation>('GET', `operations/${id}`);
    if (operation.state === 'done') return operation;
    if (operation.state === 'cancelled')
      throw new CommandError(`Operation ${id} was cancelled at ${operation.done} of ${operation.total}.`);
    if (operation.done !== reported) process.stderr.write(`  ${operation.done} of ${operation.total}\n`);
    reported = operation.done;
    await delay(POLL_MS);
  }
}

function describePlan({ id, kind, total, sample = [] }: Operation): string {
  const rows = sample.map(({ id: webhook, mailbox, reason }) => [webhook, mailbox, reason]);
  return [
    `${kind}: ${total} selected. Nothing was done.`,
    ...(rows.length === 0 ? [] : ['', table(['id', 'mailbox', 'reason'], rows, ''), '']),
    `Run it with --yes, or by its id: POST /admin/api/operations/${id}/start`,
  ].join('\n');
}
