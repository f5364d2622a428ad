import { randomUUID } from 'node:crypto';
import { openEventStream } from '@switchyard/event-stream';
import type { EventStream } from '@switchyard/event-stream';
import { outcomeBody, OUTCOMES_TOPIC } from '@switchyard/outcomes';
import { Client } from 'pg';

/** Not one of the samples': nobody else counts for it. */
const ORGANIZATION = 7_800;
const RECORDS_AT_ONCE = 20;

/** Outcomes on the fleet's stream; each has to be counted exactly once. */
export class UsageLoad {
  published = 0;
  private readonly stream: EventStream;

  constructor(private readonly databaseUrl: string) {
    this.stream = openEventStream({ databaseUrl, poolMax: 2, clientId: 'chaos' });
  }

  async publish(): Promise<void> {
    const records = Array.from({ length: RECORDS_AT_ONCE }, () => {
      const outcomeId = randomUUID();
      const body = outcomeBody({
        outcomeId,
        orgId: ORGANIZATION,
        projectId: 1,
        keyId: null,
        outcome: 'filtered',
        reason: null,
        timestampMs: Date.now(),
        eventId: null,
        category: 'error',
        quantity: 1,
      });
      return { key: outcomeId, value: Buffer.from(body), headers: { outcome_id: outcomeId } };
    });
    await this.stream.publish(OUTCOMES_TOPIC, records);
    this.published += records.length;
  }

  /** What hourly usage says. */
  async counted(): Promise<number> {
    const client = new Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ sum: string | null }>(
        'SELECT sum(quantity) AS sum FROM outcome_hourly WHERE org_id = $1',
        [ORGANIZATION],
      );
      return Number(rows[0]?.sum ?? 0);
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    await this.stream.close();
  }
}
