import { createHmac, randomUUID } from 'node:crypto';
import { startHttpServer } from '@switchyard/http-client/testing';
import type { TestServer } from '@switchyard/http-client/testing';
import { SlackStandIn } from '@switchyard/slack/testing';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';

const SECRET = 'slack-signing-secret-of-the-specs';
const MARKER = `hush-${randomUUID()}`;

let gateway: GatewayKit;
let slack: SlackStandIn;
let region: TestServer;
let asked = 0;
beforeAll(async () => {
  slack = await SlackStandIn.start();
  region = await startHttpServer((request, response) => {
    if ((request.url ?? '').startsWith('/extensions/')) asked += 1;
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ text: MARKER }));
    });
  });
  gateway = await startGateway({
    SWITCHYARD_SLACK_SIGNING_SECRETS: SECRET,
    SWITCHYARD_SLACK_API_URL: slack.apiUrl,
    SWITCHYARD_CALLBACK_HOSTS: new URL(slack.apiUrl).origin,
    SWITCHYARD_REGIONS: JSON.stringify([{ name: 'us', address: region.origin, snowflakeId: 1 }]),
  });
  await gateway.admin('PUT', 'mappings/1', { slug: 'acme', name: 'Acme', region: 'us' });
  await gateway.admin('PUT', 'integrations/slack/T1', { name: 'Acme' });
  await gateway.admin('PUT', 'installations/slack/T1/1', {});
}, 30_000);
afterAll(async () => {
  await gateway.close();
  await Promise.all([slack.stop(), region.close()]);
});

async function send(view: string, fields: Readonly<Record<string, string>>, secret = SECRET): Promise<number> {
  const body = new URLSearchParams(fields).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${mac}`,
  };
  return (await gateway.send(`/extensions/slack/${view}/`, { headers, body })).status;
}
const interaction = (view: string, payload: object) =>
  send(view, { payload: JSON.stringify({ team: { id: 'T1' }, user: { id: 'U1', name: MARKER }, ...payload }) });

/** `TABLE.COLUMN` of each place that holds the marker, as text or as bytes of it. */
async function placesOf(marker: string): Promise<readonly string[]> {
  const { pool } = gateway.database;
  const { rows } = await pool.query<{ table: string; column: string; type: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS table, format('%I', column_name) AS column, data_type AS type
     FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
       AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY')`,
  );
  const found: string[] = [];
  for (const { table, column, type } of rows) {
    const text = type === 'bytea' ? `encode(${column}, 'escape')` : `${column}::text`;
    const { rows: hits } = await pool.query(`SELECT FROM ${table} WHERE ${text} LIKE $1 LIMIT 1`, [`%${marker}%`]);
    if (hits.length > 0) found.push(`${table}.${column}`);
  }
  return found;
}

describe('what control keeps of requests whose sender waits for the answer', () => {
  it('is nothing: no table holds a word of them, nor of the answers, whether they were taken, deferred or refused', async () => {
    const responseUrl = slack.responseUrl('one');
    const action = {
      type: 'block_actions',
      actions: [{ action_id: 'resolved', value: 'resolved' }],
      message: { text: MARKER },
    };
    expect(await interaction('action', { ...action, response_url: responseUrl })).toBe(200);
    expect(await interaction('action', action)).toBe(200);
    expect(await interaction('options-load', { type: 'block_suggestion', value: MARKER })).toBe(200);
    expect(await send('commands', { team_id: 'T1', user_id: 'U1', text: `link team ${MARKER}` })).toBe(200);
    expect(await send('commands', { team_id: 'T1', user_id: 'U1', text: MARKER })).toBe(200);
    expect(await send('commands', { team_id: 'T1', text: MARKER }, 'a wrong secret')).toBe(401);
    const endsAt = performance.now() + 5_000;
    while (slack.responses.length === 0 && performance.now() < endsAt) await new Promise(setImmediate);
    expect([slack.responses.length, asked]).toEqual([1, 4]);
    expect(await placesOf(MARKER)).toEqual([]);
  });

  it('the search would find it', async () => {
    const other = randomUUID();
    await gateway.admin('PUT', 'mappings/2', { slug: 'found', name: other, region: 'us' });
    expect(await placesOf(other)).toContain('public.organization_mapping.name');
    await gateway.database.pool.query(`CREATE TABLE kept (body bytea)`);
    await gateway.database.pool.query(`INSERT INTO kept VALUES (convert_to($1, 'UTF8'))`, [`{"a":"${other}"}`]);
    expect(await placesOf(other)).toContain('public.kept.body');
  });
});
