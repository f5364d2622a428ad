import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@switchyard/e2e-kit';
import { Client } from 'pg';
import { admin, githubHeaders, push, startTestFleet } from './test-fleet';
import type { TestFleet } from './test-fleet';

const REPOSITORIES = 40;
const PER_REPOSITORY = 125;
const TOTAL = REPOSITORIES * PER_REPOSITORY;
/** Shares of the run after which the gateway is killed. */
const KILLS = [0.2, 0.45, 0.7];
const RETRY_MS = 50;
const TEST_TIMEOUT_MS = 180_000;

interface Totals {
  readonly totals: { readonly waiting: number; readonly delivered: number; readonly dead: number };
}

/** What a region's table says of one delivery. */
interface Row {
  readonly hash: string;
  readonly outcome: string;
  readonly received_ms: number;
  readonly handled_ms: number;
}

let fleet: TestFleet;

beforeAll(async () => {
  const env = {
    // A dead gateway's mailboxes wait for their claims to end; a refused connection for its backoff.
    SWITCHYARD_DELIVERY_TIMEOUT_MS: '1000',
    SWITCHYARD_DELIVERY_CLAIM_MS: '2500',
    SWITCHYARD_DELIVERY_BACKOFF_MS: '100',
    SWITCHYARD_DELIVERY_SWEEP_INTERVAL_MS: '250',
    SWITCHYARD_LOG_LEVEL: 'warn',
  };
  fleet = await startTestFleet({ env: { '*': { SWITCHYARD_LOG_LEVEL: 'warn' }, 'control-gateway': env } });
}, 60_000);
afterAll(() => fleet.stop(), 60_000);

/** Sends one webhook until it is acknowledged, as a provider that retries would: same bytes, same GUID. */
async function sendUntilAcknowledged(body: Buffer): Promise<void> {
  const headers = githubHeaders(fleet.description, body);
  for (;;) {
    const status = await fetch(`${fleet.gateway}/extensions/github/webhook/`, { method: 'POST', headers, body }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    if (status === 202) return;
    if (status !== 0 && status !== 503) throw new Error(`a webhook was answered ${status}`);
    await delay(RETRY_MS);
  }
}

async function rowsOf(region: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: fleet.description.databases[region] });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(
      `SELECT encode(body_sha256, 'hex') AS hash, outcome, extract(epoch FROM received_at)::float8 * 1000 AS received_ms,
         extract(epoch FROM handled_at)::float8 * 1000 AS handled_ms
       FROM webhook_delivery`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

const untilNothingWaits = (timeoutMs: number): Promise<unknown> =>
  waitFor(
    async () =>
      (await admin<Totals>(fleet.description, `${fleet.gateway}/admin/api/mailboxes?limit=1`)).totals.waiting === 0,
    { timeoutMs, everyMs: 200, description: 'every mailbox to be empty' },
  );

/** In order means: what was acknowledged later reached the region after the earlier one had been handled. */
function judge(rows: readonly Row[]): { lost: number; doubled: number; reordered: number } {
  const effects = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.outcome === 'handled') effects.set(row.hash, [...(effects.get(row.hash) ?? []), row]);
  }
  const found = { lost: 0, doubled: 0, reordered: 0 };
  for (let repository = 1; repository <= REPOSITORIES; repository++) {
    let handledMs = 0;
    for (let sequence = 1; sequence <= PER_REPOSITORY; sequence++) {
      const hash = createHash('sha256').update(push(repository, sequence)).digest('hex');
      const [first, ...more] = effects.get(hash) ?? [];
      found.doubled += more.length;
      if (first === undefined) found.lost += 1;
      else {
        if (first.received_ms < handledMs) found.reordered += 1;
        handledMs = first.handled_ms;
      }
    }
  }
  return found;
}

describe('a gateway that is killed', () => {
  it(
    `loses none of ${TOTAL} acknowledged webhooks in ${KILLS.length} kills, and keeps the order of each mailbox`,
    async () => {
      let acknowledged = 0;
      const send = async (repository: number): Promise<void> => {
        for (let sequence = 1; sequence <= PER_REPOSITORY; sequence++) {
          await sendUntilAcknowledged(push(repository, sequence));
          acknowledged += 1;
        }
      };
      const killer = async (): Promise<void> => {
        for (const share of KILLS) {
          await waitFor(() => acknowledged >= TOTAL * share, {
            timeoutMs: 60_000,
            description: `${share} to be acknowledged`,
          });
          await fleet.kill('control-gateway');
          await fleet.start('control-gateway');
        }
      };
      await Promise.all([killer(), ...Array.from({ length: REPOSITORIES }, (_, index) => send(index + 1))]);
      await untilNothingWaits(60_000);
      const judged = { acknowledged, us: judge(await rowsOf('us')), de: judge(await rowsOf('de')) };
      const nothing = { lost: 0, doubled: 0, reordered: 0 };
      expect(judged).toEqual({ acknowledged: TOTAL, us: nothing, de: nothing });
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'delivers without its queue: the sweeper finds what no job announced',
    async () => {
      const client = new Client({ connectionString: fleet.description.databases['control'] });
      await client.connect();
      await client.query('DROP SCHEMA bullmq CASCADE');
      await client.end();
      for (let sequence = 1; sequence <= 20; sequence++) await sendUntilAcknowledged(push(1000, sequence));
      await untilNothingWaits(30_000);
      const hashes = new Set((await rowsOf('us')).map(({ hash }) => hash));
      const wanted = Array.from({ length: 20 }, (_, index) =>
        createHash('sha256')
          .update(push(1000, index + 1))
          .digest('hex'),
      );
      expect(wanted.filter((hash) => !hashes.has(hash))).toEqual([]);
    },
    TEST_TIMEOUT_MS,
  );
});
