import { Client } from 'pg';
import { hashOf, push } from './load';

/** What became of the acknowledged webhooks in one region. */
export interface Judgement {
  delivered: number;
  lost: number;
  reordered: number;
  doubled: number;
}

interface Effect {
  readonly hash: string;
  readonly received_ms: number;
  readonly handled_ms: number;
}

/**
 * Looks for every webhook among what a region did. In order means: what was acknowledged later reached the region after the earlier one
 * had been handled.
 */
export async function judge(
  database: string,
  { repositories, perRepository }: { readonly repositories: number; readonly perRepository: number },
): Promise<Judgement> {
  const effects = await readEffects(database);
  const found: Judgement = { delivered: 0, lost: 0, reordered: 0, doubled: 0 };
  for (let repository = 1; repository <= repositories; repository += 1) {
    let handledMs = 0;
    for (let sequence = 1; sequence <= perRepository; sequence += 1) {
      const [first, ...more] = effects.get(hashOf(push(repository, sequence))) ?? [];
      found.doubled += more.length;
      if (first === undefined) {
        found.lost += 1;
        continue;
      }
      found.delivered += 1;
      if (first.received_ms < handledMs) found.reordered += 1;
      handledMs = first.handled_ms;
    }
  }
  return found;
}

async function readEffects(database: string): Promise<ReadonlyMap<string, readonly Effect[]>> {
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    const { rows } = await client.query<Effect>(
      `SELECT encode(body_sha256, 'hex') AS hash, extract(epoch FROM received_at)::float8 * 1000 AS received_ms,
         extract(epoch FROM handled_at)::float8 * 1000 AS handled_ms
       FROM webhook_delivery WHERE outcome = 'handled'`,
    );
    const effects = new Map<string, Effect[]>();
    for (const row of rows) {
      const list = effects.get(row.hash);
      if (list === undefined) effects.set(row.hash, [row]);
      else list.push(row);
    }
    return effects;
  } finally {
    await client.end();
  }
}
