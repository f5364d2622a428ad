import { CommandError } from '../gateway-client';
import type { AdminClient } from '../gateway-client';
import type { Output } from '../output';
import { table } from '../table';

interface Token {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly createdBy: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

const DAYS = /^\d{1,4}$/;

/** Lists personal tokens, the newest first. */
export async function tokens(client: AdminClient, output: Output): Promise<void> {
  const answer = await client.call<{ items: readonly Token[]; next: string | null }>('GET', 'tokens');
  const rows = answer.items.map(({ id, name, scope, createdBy, expiresAt, lastUsedAt, revokedAt }) => [
    id,
    name,
    scope,
    createdBy,
    expiresAt,
    lastUsedAt,
    revokedAt,
  ]);
  const head = ['id', 'name', 'scope', 'made by', 'expires', 'last used', 'revoked'];
  output.show(answer, () => {
    const lines = table(head, rows, 'There are no personal tokens.');
    return answer.next === null ? lines : `${lines}\nOlder ones are not shown.`;
  });
}

/** Makes one and shows it. */
export async function createToken(
  client: AdminClient,
  name: string,
  { scope, days }: { readonly scope: string; readonly days: string },
  output: Output,
): Promise<void> {
  if (!DAYS.test(days)) throw new CommandError('--days must be a number of days.');
  const answer = await client.call<Token & { token: string }>('POST', 'tokens', {
    name,
    scope,
    expiresInDays: Number(days),
  });
  output.show(
    answer,
    () =>
      `${answer.token}\nThis is shown once. It is ${name}, may do what ${scope} may, and ends at ${answer.expiresAt}.`,
  );
}

/** Ends one. */
export async function revokeToken(client: AdminClient, id: string, output: Output): Promise<void> {
  await client.call('DELETE', `tokens/${encodeURIComponent(id)}`);
  output.show({ id }, () => `Revoked: token ${id}. Sessions that were opened with it are over.`);
}
