import { Client } from 'pg';
import { SwitchyardError } from '@switchyard/primitives';

/** A session of its own, which ends with what it is for. @throws SwitchyardError `SWY_DATABASE_UNREACHABLE` */
export async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'switchyard-migrations',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    const { hostname, port, pathname } = new URL(url);
    throw new SwitchyardError(
      `The database ${pathname.slice(1)} on ${hostname}:${port || '5432'} cannot be used: ${messageOf(cause)}`,
      {
        code: 'SWY_DATABASE_UNREACHABLE',
        remedy: 'Check DATABASE_URL and that PostgreSQL runs there and accepts this user.',
        cause,
      },
    );
  }
  return client;
}

/** What an error says, also one that holds others. */
export const messageOf = (error: unknown): string =>
  error instanceof AggregateError && error.message === ''
    ? error.errors.map(messageOf).join('; ')
    : error instanceof Error
      ? error.message
      : String(error);
