import { ADMIN_TOKEN, startRegion } from './region-kit';
import type { RegionKit } from './region-kit';
import { SlackStandIn } from '@switchyard/slack/testing';

const WAIT_MS = 10_000;

/** A region with an organization, a project, two people, two workspaces and a stand-in for Slack. */
export interface DomainKit {
  readonly region: RegionKit;
  readonly slack: SlackStandIn;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; json: Record<string, unknown> }>;
  /** Fires a rule with an action for each channel, for issue 42; resolves to the `ts` of the messages. */
  alert(
    channels: readonly { readonly channel: string; readonly integration?: number }[],
    issue?: number,
  ): Promise<readonly string[]>;
  /** Changes issue 42 as Ada. */
  change(change: object, issue?: number): Promise<{ status: number; json: Record<string, unknown> }>;
  /** Resolves when every activity has been looked at and no reply waits. */
  settled(): Promise<void>;
  replies(): Promise<{ state: string; error_reason: string | null; channel_id: string }[]>;
  reasons(): Promise<string[]>;
  close(): Promise<void>;
}

/** Ada (7, an admin) and Bob (8) of acme; project bar with team core (5); issue 42 is BAR-1; workspaces 1 and 2. */
export async function startDomain(environment: Readonly<Record<string, string>> = {}): Promise<DomainKit> {
  const slack = await SlackStandIn.start();
  const region = await startRegion({
    SWITCHYARD_SLACK_API_URL: slack.apiUrl,
    SWITCHYARD_SLACK_RESPONSE_HOSTS: new URL(slack.apiUrl).origin,
    SWITCHYARD_PUBLIC_URL: 'https://hooks.example.com',
    SWITCHYARD_PRODUCT_URL: 'https://monitor.example.com',
    SWITCHYARD_SLACK_THREAD_IDLE_MS: '100',
    // One reply for each activity and no other edits, where a test does not say otherwise.
    SWITCHYARD_SLACK_EDIT_WINDOW_S: '0',
    SWITCHYARD_SLACK_PARENT_REFRESH_S: '0',
    SWITCHYARD_SLACK_LANE_PER_MINUTE: '1000000',
    SWITCHYARD_SLACK_WORKSPACE_PER_MINUTE: '1000000',
    ...environment,
  });
  const call: DomainKit['call'] = async (method, path, body) => {
    const headers: Record<string, string> = { authorization: `Bearer ${ADMIN_TOKEN}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const given = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) };
    const { status, text } = await region.send({ method, path: `/admin/api/${path}`, headers, ...given });
    return { status, json: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  const put = async (path: string, body: object): Promise<void> => {
    const { status, json } = await call('PUT', path, body);
    if (status >= 300) throw new Error(`PUT ${path} answered ${status}: ${JSON.stringify(json)}`);
  };
  await put('organizations/1', { slug: 'acme', name: 'Acme' });
  await put('organizations/1/members/7', { email: 'ada@example.com', name: 'Ada', role: 'admin' });
  await put('organizations/1/members/8', { email: 'bob@example.com', role: 'member' });
  await put('teams/5', { organizationId: 1, slug: 'core', name: 'Core', members: [{ userId: 7 }] });
  await put('projects/3', { organizationId: 1, slug: 'bar', name: 'Bar', teamIds: [5], latestRelease: 'web@1.0.0' });
  await put('issues/42', { projectId: 3, shortNumber: 1, title: 'Boom <b>', culprit: 'app.main' });
  for (const integration of [1, 2])
    await put(`slack-workspaces/${integration}`, {
      teamId: `T00${integration}`,
      botToken: `xoxb-${integration}`,
      organizationIds: [1],
    });
  let rule = 100;
  const query = async <Row extends object>(sql: string): Promise<Row[]> => (await region.pool.query<Row>(sql)).rows;
  return {
    region,
    slack,
    call,
    async alert(channels, issue = 42) {
      rule += 1;
      const actions = channels.map(({ channel, integration = 1 }, index) => ({
        uuid: `00000000-0000-4000-8000-${String(rule * 100 + index).padStart(12, '0')}`,
        integrationId: integration,
        channelId: channel,
      }));
      const before = slack.messages.length;
      await put(`alert-rules/${rule}`, { projectId: 3, name: `Rule ${rule}`, actions });
      const { status, json } = await call('POST', `alert-rules/${rule}/fire`, { issueId: issue });
      if (status !== 200) throw new Error(`fire answered ${status}: ${JSON.stringify(json)}`);
      const posted = slack.messages.slice(before);
      return channels.map(({ channel }) => posted.find((message) => message.channel === channel)?.ts ?? '');
    },
    change: (change, issue = 42) => call('POST', `issues/${issue}/changes`, { userId: 7, change }),
    async settled() {
      const endsAt = performance.now() + WAIT_MS;
      for (;;) {
        const [row] = await query<{ waiting: number }>(
          `SELECT (SELECT count(*) FROM slack_thread_job WHERE state = 'waiting')::integer
             + (SELECT count(*) FROM notification_message WHERE state IN ('pending', 'sending'))::integer AS waiting`,
        );
        if (row?.waiting === 0) return;
        if (performance.now() > endsAt) throw new Error(`${row?.waiting} activities and replies wait still`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    replies: () =>
      query(
        `SELECT state, error_reason, channel_id FROM notification_message WHERE activity_id IS NOT NULL ORDER BY id`,
      ),
    async reasons() {
      const rows = await query<{ reason: string | null }>('SELECT reason FROM slack_thread_job ORDER BY activity_id');
      return rows.map(({ reason }) => reason ?? 'sent');
    },
    async close() {
      await region.close();
      await slack.stop();
    },
  };
}
