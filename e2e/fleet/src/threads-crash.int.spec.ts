import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { environment } from '@switchyard/config';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { waitFor } from '@switchyard/e2e-kit';
import { AppProcess } from '@switchyard/fleet';
import { freePort } from '@switchyard/services';
import { SlackStandIn } from '@switchyard/slack/testing';

const ACTIVITIES = 500;
const KILLS = 20;
const CHANNELS = 5;
const TOKEN = randomBytes(24).toString('hex');

let database: TemporaryDatabase;
let slack: SlackStandIn;
let region: AppProcess;
let folder: string;

beforeAll(async () => {
  const script = resolve('dist', 'apps', 'region-silo', 'main.js');
  if (!existsSync(script)) throw new Error('run node tools/build.mjs first (npm test does)');
  folder = mkdtempSync(join(tmpdir(), 'switchyard-threads-'));
  database = await temporaryDatabase([]);
  slack = await SlackStandIn.start();
  const port = await freePort();
  const key = `e2e:${randomBytes(32).toString('base64')}`;
  const env = {
    PATH: environment()['PATH'] ?? '',
    DATABASE_URL: database.url,
    SWITCHYARD_LISTEN_PORT: String(port),
    SWITCHYARD_REGION_NAME: 'us',
    SWITCHYARD_ADMIN_TOKEN: TOKEN,
    SWITCHYARD_SILO_KEYS: key,
    SWITCHYARD_ENCRYPTION_KEYS: key,
    SWITCHYARD_LOG_LEVEL: 'warn',
    SWITCHYARD_SLACK_API_URL: slack.apiUrl,
    SWITCHYARD_SLACK_LANE_PER_MINUTE: '1000000',
    SWITCHYARD_SLACK_WORKSPACE_PER_MINUTE: '1000000',
    SWITCHYARD_SLACK_THREAD_IDLE_MS: '20',
  };
  const address = `http://127.0.0.1:${port}`;
  region = new AppProcess(
    { name: 'region', script, env, address, logFile: join(folder, 'region.log') },
    () => undefined,
  );
  await region.start();
}, 60_000);

afterAll(async () => {
  await region.stop();
  await slack.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Until it is answered: the region may be dead at the moment. What was committed and not answered is said again, and is so already. */
async function call(method: string, path: string, body: object): Promise<{ activityId?: string | null }> {
  for (;;) {
    try {
      const response = await fetch(`${region.options.address}/admin/api/${path}`, {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (response.ok) return (text === '' ? {} : JSON.parse(text)) as { activityId?: string | null };
      if (response.status < 500) throw new TypeError(`${path} answered ${response.status}: ${text}`);
    } catch (error) {
      if (error instanceof TypeError && error.message.includes(' answered ')) throw error;
    }
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

async function prepare(): Promise<readonly string[]> {
  await call('PUT', 'organizations/1', { slug: 'acme', name: 'Acme' });
  await call('PUT', 'organizations/1/members/7', { email: 'ada@example.com', name: 'Ada', role: 'admin' });
  await call('PUT', 'projects/3', { organizationId: 1, slug: 'bar', name: 'Bar' });
  await call('PUT', 'issues/42', { projectId: 3, shortNumber: 1, title: 'Boom' });
  await call('PUT', 'slack-workspaces/1', { teamId: 'T1', botToken: 'xoxb-1', organizationIds: [1] });
  const channels = Array.from({ length: CHANNELS }, (_, index) => `C${index}`);
  const actions = channels.map((channelId, index) => ({
    uuid: `00000000-0000-4000-8000-00000000000${index}`,
    integrationId: 1,
    channelId,
  }));
  await call('PUT', 'alert-rules/9', { projectId: 3, name: 'Rule', actions });
  await call('POST', 'alert-rules/9/fire', { issueId: 42 });
  return channels;
}

describe('a region that is killed again and again', () => {
  it(`tells each of ${CHANNELS} threads of every activity exactly once and in order, through ${KILLS} kills`, async () => {
    const channels = await prepare();
    const [ts] = slack.messages.map((message) => message.ts);
    expect(ts).toBeDefined();
    let killing: Promise<void> = Promise.resolve();
    for (let count = 0; count < ACTIVITIES; count += 1) {
      const version = `v${count}`;
      await call('POST', 'issues/42/changes', {
        userId: 7,
        change: { kind: 'link_external', provider: 'github', label: version, location: '' },
      });
      if (count % (ACTIVITIES / KILLS) === ACTIVITIES / KILLS - 1) {
        await killing;
        killing = region.kill().then(() => region.start());
      }
    }
    await killing;
    const waiting = `SELECT (SELECT count(*) FROM slack_thread_job WHERE state = 'waiting')
        + (SELECT count(*) FROM notification_message WHERE state IN ('pending', 'sending', 'unknown')) AS waiting`;
    const isDone = async () => (await database.pool.query<{ waiting: string }>(waiting)).rows[0]?.waiting === '0';
    await waitFor(isDone, { timeoutMs: 120_000, description: 'no activity and no reply waits' });

    // A change that was committed and not answered was made twice: the table says how often.
    const { rows } = await database.pool.query<{ label: string }>(
      `SELECT data->>'label' AS label FROM activity ORDER BY id`,
    );
    const expected = rows.map(({ label }) => `Ada created a GitHub issue ${label}`);
    expect(expected.length).toBeGreaterThanOrEqual(ACTIVITIES);
    for (const channel of channels) {
      const lines = slack.messages
        .filter((message) => message.channel === channel && message.threadTs !== undefined)
        .flatMap(({ text }) => text.split('\n'))
        .filter((line) => !line.startsWith('+'));
      expect(
        lines.filter(
          (line, index) => lines.indexOf(line) !== index && expected.indexOf(line) === expected.lastIndexOf(line),
        ),
      ).toEqual([]);
      expect(lines.map((line) => expected.indexOf(line))).toEqual(
        [...lines.map((line) => expected.indexOf(line))].sort((left, right) => left - right),
      );
    }
    const { rows: states } = await database.pool.query(
      `SELECT state, count(*)::int AS count FROM notification_message WHERE activity_id IS NOT NULL GROUP BY 1`,
    );
    expect(states).toEqual([{ state: 'sent', count: expected.length * CHANNELS }]);
  }, 300_000);
});
