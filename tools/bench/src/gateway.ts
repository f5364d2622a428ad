import { randomBytes } from 'node:crypto';
import { freePort, startPostgres } from '@switchyard/services';
import type { BenchContext } from './bench';
import { startProgram } from './child';
import { GITHUB_INSTALLATION, GITHUB_SECRET, SLACK_SECRET, SLACK_TEAM } from './requests';

/** A way of storing: as in production, one INSERT per request, or none. */
export type StoreMode = 'batched' | 'single' | 'off';

const key = (): string => `bench:${randomBytes(32).toString('base64')}`;
const ADMIN_TOKEN = randomBytes(24).toString('hex');

/** Starts a temporary PostgreSQL; resolves to the connection string of a new database for each call of `database`. */
export async function startDatabase(context: BenchContext): Promise<{ database(name: string): Promise<string> }> {
  const server = await startPostgres({ persistent: false });
  context.cleanUp.push(() => server.stop());
  return { database: (name) => server.ensureDatabase(name) };
}

/** Starts a gateway with one region and a directory for the requests of `requests.ts`; resolves to its origin. */
export async function startGateway(
  context: BenchContext,
  databaseUrl: string,
  region: string,
  mode: StoreMode,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const settings = {
    DATABASE_URL: databaseUrl,
    SWITCHYARD_LISTEN_PORT: String(port),
    SWITCHYARD_REGIONS: JSON.stringify([{ name: 'us', address: region, snowflakeId: 1 }]),
    SWITCHYARD_SILO_KEYS: key(),
    SWITCHYARD_ENCRYPTION_KEYS: key(),
    SWITCHYARD_ADMIN_TOKEN: ADMIN_TOKEN,
    SWITCHYARD_GITHUB_WEBHOOK_SECRETS: GITHUB_SECRET,
    SWITCHYARD_SLACK_SIGNING_SECRETS: SLACK_SECRET,
    ...env,
  };
  await startProgram(context, ['dist/apps/control-gateway/bench.js', mode], settings, `${origin}/readyz`);
  await fillDirectory(origin);
  return origin;
}

async function fillDirectory(origin: string): Promise<void> {
  const put = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${origin}/admin/api/${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`PUT ${path} answered ${response.status}`);
  };
  await put('mappings/1', { slug: 'acme', name: 'Acme', region: 'us' });
  for (const [provider, id] of [
    ['github', GITHUB_INSTALLATION],
    ['slack', SLACK_TEAM],
  ] as const) {
    await put(`integrations/${provider}/${id}`, { name: 'bench' });
    await put(`installations/${provider}/${id}/1`, {});
  }
}
