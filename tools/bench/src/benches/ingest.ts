import type { Bench } from '../bench';
import { startDatabase, startGateway } from '../gateway';
import type { StoreMode } from '../gateway';
import { githubPushes } from '../requests';
import { compare } from '../rounds';

/** Nothing listens there: with delivery switched off nothing is sent. */
const NO_REGION = 'http://127.0.0.1:9';
const NAMES: Readonly<Record<StoreMode, string>> = {
  off: 'edge that stores nothing',
  single: 'one INSERT per request',
  batched: 'gateway (batched, acknowledged after commit)',
};

/** How fast webhooks are acknowledged after their commit. */
export const ingestBench: Bench = {
  name: 'ingest',
  summary: 'stored webhooks, beside the same edge that stores nothing and one INSERT per request',
  async run(context) {
    const { database } = await startDatabase(context);
    const requests = githubPushes();
    const contestants = [];
    for (const mode of ['off', 'single', 'batched'] as const) {
      const origin = await startGateway(context, await database(`ingest_${mode}`), NO_REGION, mode, {
        SWITCHYARD_DELIVERY_ENABLED: 'false',
        SWITCHYARD_DATABASE_POOL_MAX: '16',
      });
      contestants.push({ name: NAMES[mode], origin, requests });
    }
    const rows = await compare(context, contestants);
    const [edge, single, batched] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];
    return {
      rows,
      setting:
        '64 connections, signed GitHub pushes of 2 KB in 50 mailboxes, fsync and synchronous_commit on, delivery off',
      ratios: {
        ingest_vs_edge: batched.perSecond / edge.perSecond,
        ingest_vs_single_insert: batched.perSecond / single.perSecond,
      },
      figures: {
        ingest_per_s: batched.perSecond,
        edge_per_s: edge.perSecond,
        single_insert_per_s: single.perSecond,
        ingest_p50_ms: batched.p50Ms,
        ingest_p99_ms: batched.p99Ms,
        single_insert_p50_ms: single.p50Ms,
        single_insert_p99_ms: single.p99Ms,
      },
    };
  },
};
