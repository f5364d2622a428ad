import { eventStreamMigrations, openEventStream } from '@switchyard/event-stream';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { OutcomePublisher } from '@switchyard/outcomes';
import { signGithubWebhook } from '@switchyard/parsers';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';
import { TurnedAway } from './turned-away';

const SECRET = 'github-app-secret';

describe('outcomes of webhooks', () => {
  let gateway: GatewayKit;
  let usage: TemporaryDatabase;

  beforeAll(async () => {
    usage = await temporaryDatabase(eventStreamMigrations);
    const stream = openEventStream({ databaseUrl: usage.url, poolMax: 1, clientId: 'spec' });
    await stream.ensureTopics(['outcomes', 'outcomes-billing'].map((name) => ({ name, partitions: 1 })));
    await stream.close();
    gateway = await startGateway({
      SWITCHYARD_GITHUB_WEBHOOK_SECRETS: SECRET,
      SWITCHYARD_DELIVERY_BACKOFF_MS: '600000',
      SWITCHYARD_OUTCOMES_DATABASE_URL: usage.url,
    });
    // Two organizations have the integration in one region, a third one in another.
    for (const [id, region] of [
      ['1', 'us'],
      ['2', 'us'],
      ['3', 'de'],
    ]) {
      await gateway.admin('PUT', `mappings/${id}`, { slug: `org-${id}`, name: `Org ${id}`, region });
      if (id === '1') await gateway.admin('PUT', 'integrations/github/7', { name: 'acme' });
      await gateway.admin('PUT', `installations/github/7/${id}`, {});
    }
  }, 30_000);
  afterAll(async () => {
    await gateway.close();
    await usage.drop();
  });

  async function send(repository: number): Promise<number> {
    const body = JSON.stringify({ installation: { id: 7 }, repository: { id: repository } });
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': signGithubWebhook(Buffer.from(body), SECRET),
    };
    return (await gateway.send('/extensions/github/webhook/', { headers, body })).status;
  }

  /** Sums of what the topics hold: `organization category outcome reason` to quantity. */
  async function published(): Promise<Record<string, number>> {
    await gateway.app.get(OutcomePublisher).publish();
    const { rows } = await usage.pool.query<{ value: Buffer }>('SELECT value FROM stream_record');
    const sums: Record<string, number> = {};
    for (const { value } of rows) {
      const {
        org_id: org,
        category,
        outcome,
        reason,
        quantity,
      } = JSON.parse(value.toString()) as Record<string, number>;
      const key = [org, category, outcome, reason].join(' ');
      sums[key] = (sums[key] ?? 0) + Number(quantity);
    }
    return sums;
  }

  it('what is taken, turned away and dropped is published, once, for each organization of the region', async () => {
    for (let count = 0; count < 3; count++) expect(await send(count)).toBe(202);
    const { rows } = await gateway.database.pool.query(`SELECT id FROM integration WHERE external_id = '7'`);
    const shed = await gateway.admin('PUT', `sheds/github/${rows[0].id}`, { reason: 'busy' });
    expect([shed.status, await send(9)]).toEqual([204, 429]);
    // The end of a row, as a drain writes it.
    await gateway.database.pool
      .query(`INSERT INTO delivery (stored_webhook_id, mailbox, region, provider, integration_id, request_id,
      outcome, attempts, received_at, body_bytes, body_sha256)
      SELECT id, mailbox, region, provider, integration_id, request_id, CASE WHEN row_number() OVER (ORDER BY id) = 1 THEN 'delivered' ELSE 'expired' END, 1,
        received_at, body_bytes, body_sha256 FROM stored_webhook WHERE region = 'de' ORDER BY id LIMIT 2`);
    const expected = {
      '1 200 0 ': 3,
      '2 200 0 ': 3,
      '3 200 0 ': 3,
      '1 200 2 shed': 1,
      '2 200 2 shed': 1,
      '3 200 2 shed': 1,
    };
    const sums = await published();
    expect(sums).toMatchObject(expected);
    expect(sums).toMatchObject({ '3 201 0 ': 1, '3 201 3 expired': 1 });
    expect(await published()).toEqual(sums);
    for (const table of ['webhook_tally', 'tracked_outcome'])
      expect((await gateway.database.pool.query(`SELECT FROM ${table}`)).rowCount).toBe(0);
  });

  it('a webhook that is replayed is not taken a second time', async () => {
    const before = await published();
    await gateway.database.pool.query(`WITH gone AS (DELETE FROM stored_webhook RETURNING *)
      INSERT INTO stored_webhook (mailbox, region, provider, integration_id, request_id, received_at, expires_at, is_verified, method, path,
        headers, body_bytes, body_sha256, sealed)
      SELECT mailbox, region, provider, integration_id, request_id, received_at, expires_at, is_verified, method, path, headers, body_bytes,
        body_sha256, sealed FROM gone`);
    expect(await published()).toEqual(before);
  });
});

describe(TurnedAway.name, () => {
  it('gives each count once, and again what could not be written', () => {
    const turnedAway = new TurnedAway();
    turnedAway.note('1', 'shed');
    turnedAway.note('1', 'shed');
    const taken = turnedAway.take();
    expect(taken).toEqual([{ integrationId: '1', reason: 'shed', count: 2 }]);
    expect(turnedAway.take()).toEqual([]);
    turnedAway.note('1', 'shed');
    turnedAway.giveBack(taken);
    expect(turnedAway.take()).toEqual([{ integrationId: '1', reason: 'shed', count: 3 }]);
  });
});
