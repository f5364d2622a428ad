import { startHttpServer } from '@switchyard/http-client/testing';
import type { TestServer } from '@switchyard/http-client/testing';
import { systemClock } from '@switchyard/primitives';
import { INTEGRATION_FEED_PATH, RegionGuard, SLACK_IDENTITY_FEED_PATH, SigningKeys } from '@switchyard/silo';
import type { FedSlackIdentities } from '@switchyard/silo';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';

const SILO_KEYS = `k1:${Buffer.alloc(32, 3).toString('base64')}`;

interface Told {
  readonly integrationId: string;
  readonly provider: string | null;
  readonly webhookSecrets: readonly string[];
  readonly slackWorkspace: Record<string, unknown> | null;
}

/** A region that keeps what it is told, and checks who tells it. */
class RegionStandIn {
  readonly told: Told[] = [];
  readonly people: FedSlackIdentities[] = [];
  readonly refused: string[] = [];
  status = 204;
  private server: TestServer | undefined;

  constructor(private readonly name: string) {}

  async start(): Promise<string> {
    const guard = new RegionGuard({ region: this.name, keys: SigningKeys.parse(SILO_KEYS), clock: systemClock });
    this.server = await startHttpServer((message, response) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', () => {
        const body = Buffer.concat(chunks);
        const { method = '', url = '', headers } = message;
        const verdict = guard.guardRequest({ method, url, headers, body });
        if (verdict.kind === 'refused') this.refused.push(verdict.reason);
        else if (url === INTEGRATION_FEED_PATH) this.told.push(JSON.parse(body.toString()) as Told);
        else if (url === SLACK_IDENTITY_FEED_PATH) this.people.push(JSON.parse(body.toString()) as FedSlackIdentities);
        response.writeHead(this.status).end();
      });
    });
    return this.server.origin;
  }

  get last(): Told | undefined {
    return this.told.at(-1);
  }

  async stop(): Promise<void> {
    await this.server?.close();
  }
}

describe('what regions are told of integrations', () => {
  let gateway: GatewayKit;
  let us: RegionStandIn;
  let de: RegionStandIn;
  let id: string;

  beforeEach(async () => {
    us = new RegionStandIn('us');
    de = new RegionStandIn('de');
    const regions = [
      { name: 'us', address: await us.start(), snowflakeId: 1 },
      { name: 'de', address: await de.start(), snowflakeId: 2 },
    ];
    gateway = await startGateway({
      SWITCHYARD_REGIONS: JSON.stringify(regions),
      SWITCHYARD_SILO_KEYS: SILO_KEYS,
      SWITCHYARD_OUTBOX_SWEEP_INTERVAL_MS: '100',
    });
    await gateway.admin('PUT', 'mappings/1', { slug: 'acme', name: 'Acme', region: 'us' });
    await gateway.admin('PUT', 'integrations/gitlab/g1', { name: 'g', secrets: { webhookSecrets: ['new', 'old'] } });
    await gateway.admin('PUT', 'installations/gitlab/g1/1', {});
    id = String((await gateway.admin('GET', 'integrations/gitlab/g1')).json?.['id']);
  }, 30_000);
  afterEach(async () => {
    await gateway.close();
    await Promise.all([us.stop(), de.stop()]);
  });

  async function until(isSo: () => boolean, what: string): Promise<void> {
    const endsAt = performance.now() + 10_000;
    while (!isSo()) {
      if (performance.now() > endsAt)
        throw new Error(`not in time: ${what}; us ${us.told.length}, de ${de.told.length}`);
      await new Promise(setImmediate);
    }
  }
  const knows = (region: RegionStandIn, ...secrets: string[]) =>
    until(() => JSON.stringify(region.last?.webhookSecrets) === JSON.stringify(secrets), `knows ${secrets.join()}`);

  it('the region of an organization that has it learns its secrets, and every change of them; the other nothing', async () => {
    await knows(us, 'new', 'old');
    expect(us.last).toEqual({
      integrationId: id,
      provider: 'gitlab',
      webhookSecrets: ['new', 'old'],
      slackWorkspace: null,
    });
    await gateway.admin('PUT', 'integrations/gitlab/g1', { name: 'g', secrets: { webhookSecrets: ['newest', 'new'] } });
    await knows(us, 'newest', 'new');
    expect([de.told, us.refused, de.refused]).toEqual([[], [], []]);
  });

  it('a region forgets them when the last of its organizations moves away, and the new one learns them', async () => {
    await knows(us, 'new', 'old');
    await gateway.admin('PUT', 'mappings/1', { slug: 'acme', name: 'Acme', region: 'de' });
    await knows(us);
    await knows(de, 'new', 'old');
  });

  it.each([
    ['the installation is suspended', 'installations/gitlab/g1/1', { status: 'disabled' }],
    ['the integration is switched off', 'integrations/gitlab/g1', { name: 'g', status: 'disabled' }],
    ['its secrets are removed', 'integrations/gitlab/g1', { name: 'g', secrets: null }],
  ])('a region forgets them when %s', async (_name, path, body) => {
    await knows(us, 'new', 'old');
    expect((await gateway.admin('PUT', path, body)).status).toBe(200);
    await knows(us);
  });

  it('a region that is down learns them when it is back', async () => {
    await knows(us, 'new', 'old');
    us.status = 503;
    const before = us.told.length;
    await gateway.admin('PUT', 'integrations/gitlab/g1', { name: 'g', secrets: { webhookSecrets: ['newest'] } });
    await until(() => us.told.length > before, 'was tried');
    us.status = 204;
    const tried = us.told.length;
    await until(() => us.told.length > tried, 'was tried again');
    await knows(us, 'newest');
  });

  it('a Slack workspace is told with its bot token and the organizations of that region; switched off, without the token', async () => {
    await gateway.admin('PUT', 'mappings/2', { slug: 'other', name: 'Other', region: 'de' });
    const workspace = {
      name: 'Acme',
      metadata: { domain: 'acme', enterpriseId: 'E1' },
      secrets: { accessToken: 'xoxb-1' },
    };
    const put = await gateway.admin('PUT', 'integrations/slack/T1', workspace);
    expect(put.json).toMatchObject({ hasAccessToken: true, secretCount: 0 });
    expect(put.text).not.toContain('xoxb-1');
    await gateway.admin('PUT', 'installations/slack/T1/1', {});
    await gateway.admin('PUT', 'installations/slack/T1/2', {});
    const told = (region: RegionStandIn) => region.told.findLast((one) => one.slackWorkspace)?.slackWorkspace;
    await until(() => told(us) !== undefined && told(de) !== undefined, 'both know the workspace');
    const facts = { teamId: 'T1', enterpriseId: 'E1', domain: 'acme', name: 'Acme' };
    expect(told(us)).toEqual({ ...facts, status: 'active', botToken: 'xoxb-1', organizationIds: ['1'] });
    expect(told(de)).toMatchObject({ botToken: 'xoxb-1', organizationIds: ['2'] });

    await gateway.admin('PUT', 'integrations/slack/T1', { ...workspace, metadata: { domain: 'acme-2' } });
    await until(() => told(us)?.['domain'] === 'acme-2', 'its new domain');
    await gateway.admin('PUT', 'integrations/slack/T1', { ...workspace, status: 'disabled' });
    await until(() => told(us)?.['status'] === 'disabled', 'that it is switched off');
    expect(told(us)).toMatchObject({ botToken: null, organizationIds: ['1'] });
    await gateway.admin('PUT', 'installations/slack/T1/1', { status: 'disabled' });
    await until(() => us.last?.slackWorkspace === null, 'that it is gone');
  });

  it('who is who in a workspace: told in stretches without a gap, at every change; a link replaces older ones of both sides', async () => {
    await gateway.admin('PUT', 'integrations/slack/T1', { name: 'Acme' });
    await gateway.admin('PUT', 'installations/slack/T1/1', {});
    const link = (person: string, userId: number) =>
      gateway.admin('PUT', `integrations/slack/T1/identities/${person}`, { userId });
    expect((await link('U1', 7)).json).toEqual({ slackUserId: 'U1', userId: '7', isNotified: false });
    const told = () => JSON.stringify(us.people.at(-1)?.identities);
    await until(() => told() === '[{"slackUserId":"U1","userId":"7"}]', 'U1');
    await link('U2', 7);
    await until(() => told() === '[{"slackUserId":"U2","userId":"7"}]', 'U2 alone');
    expect((await gateway.admin('DELETE', 'integrations/slack/T1/identities/U2')).status).toBe(204);
    await until(() => told() === '[]', 'nobody');
    await gateway.database.pool.query(
      `INSERT INTO slack_identity (integration_id, slack_user_id, user_id)
       SELECT integration.id, 'U' || n, n FROM integration, generate_series(1, 1200) n WHERE external_id = 'T1'`,
    );
    await until(() => us.people.at(-1)?.until === null && us.people.at(-1)?.after !== '', 'the last stretch');
    const stretches = us.people.slice(-3);
    expect(stretches.map(({ after }) => after)).toEqual(['', ...stretches.slice(0, 2).map(({ until: end }) => end)]);
    expect(new Set(stretches.flatMap(({ identities }) => identities.map(({ userId }) => userId))).size).toBe(1200);
    const first = await gateway.admin('GET', 'integrations/slack/T1/identities?limit=2');
    expect(first.json).toMatchObject({ items: [{ slackUserId: 'U1' }, { slackUserId: 'U10' }] });
    expect((await gateway.admin('PUT', 'integrations/slack/T9/identities/U1', { userId: 1 })).status).toBe(404);
  });

  it('nothing of it is in the outbox but ids', async () => {
    us.status = 503;
    const { rows } = await gateway.database.pool.query('SELECT payload FROM outbox_message');
    expect(rows.every(({ payload }) => payload === null)).toBe(true);
  });
});
