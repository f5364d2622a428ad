import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@switchyard/services';
import { SlackApi } from '@switchyard/slack';
import type { Bench, BenchContext } from '../bench';
import { startProgram } from '../child';
import { startDatabase } from '../gateway';

const PARENTS = [1, 10, 100];
const REPLIES = 1_000;
const AT_ONCE = 20;
const TIMEOUT_MS = 60_000;
const LIMITED_CHANNELS = 20;
const LIMITED_ACTIVITIES = 20;
const PACE_MS = 150;
const TOKEN = randomBytes(24).toString('hex');

/** From an activity of an issue to Slack's receipt of the replies. */
export const threadsBench: Bench = {
  name: 'threads',
  summary: 'activities to Slack threads, with 1, 10 and 100 of them, beside a raw loop of Web API calls',
  async run(context) {
    const slack = await SlackSink.start();
    context.cleanUp.push(() => slack.stop());
    const raw = await rawRate(slack);
    context.report(`raw loop: ${Math.round(raw)} posts/s`);
    const { database } = await startDatabase(context);
    const region = await Region.start(context, await database('threads'), slack.apiUrl);
    const rates: number[] = [];
    for (const [index, parents] of PARENTS.entries()) {
      const rate = await region.rate(slack, index + 1, parents);
      rates.push(rate);
      context.report(`${parents} threads: ${Math.round(rate)} replies/s`);
    }
    const calm = await region.pacedP99(slack, 50, undefined);
    const limited = await region.pacedP99(slack, 51, 'L51C0');
    const row = (name: string, perSecond: number, p99Ms = 0) => ({ name, perSecond, p50Ms: 0, p99Ms });
    return {
      rows: [
        row(`raw loop of chat.postMessage, ${AT_ONCE} at once`, raw),
        ...PARENTS.map((parents, index) => row(`${parents} threads of an issue`, rates[index] ?? 0)),
        row('the other channels, none limited', 0, calm),
        row('the other channels, one answered 429', 0, limited),
      ],
      setting: `replies are activities times threads; limits of Slack on our side are off, so that the machinery is measured; p99 is from the change to the receipt`,
      ratios: { threads_vs_raw_loop: Math.max(...rates) / raw, others_p99_with_limited_channel: limited / calm },
      figures: {
        raw_posts_per_s: raw,
        replies_1_per_s: rates[0] ?? 0,
        replies_10_per_s: rates[1] ?? 0,
        replies_100_per_s: rates[2] ?? 0,
        others_p99_ms: calm,
        others_p99_with_limited_channel_ms: limited,
      },
    };
  },
};

interface Receipt {
  readonly channel: string;
  readonly text: string;
  readonly at: number;
}

/** Takes every message at once, but for channels that are limited. */
class SlackSink {
  receipts: Receipt[] = [];
  limited: string | undefined;
  private serial = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SlackSink> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => sink.take(new URLSearchParams(body), response));
    });
    const sink = new SlackSink(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/`;
  }

  /** Replies of which a line was received; one message may hold several. */
  get lines(): number {
    return this.receipts.reduce((sum, { text }) => sum + text.split('\n').length, 0);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(fields: URLSearchParams, response: ServerResponse): void {
    const channel = fields.get('channel') ?? '';
    if (channel === this.limited && fields.has('thread_ts'))
      return void response.writeHead(429, { 'retry-after': '1' }).end('{}');
    if (fields.has('thread_ts')) this.receipts.push({ channel, text: fields.get('text') ?? '', at: performance.now() });
    this.serial += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ok: true, ts: `1700.${this.serial}` }));
  }
}

/** The same client, nothing else. */
async function rawRate(slack: SlackSink): Promise<number> {
  const api = new SlackApi(slack.apiUrl);
  let left = REPLIES;
  const startedAt = performance.now();
  const post = async (): Promise<void> => {
    while (left-- > 0) {
      const text = 'Ada marked BAR-1 as resolved';
      const blocks = [{ type: 'section', text: { type: 'mrkdwn', text } }];
      const answer = await api.post({ token: 'xoxb-1', channel: 'RAW', text, blocks, threadTs: '1.1' });
      if (answer.kind !== 'ok') throw new Error(`the raw loop was answered ${answer.kind}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, post));
  return (REPLIES * 1000) / (performance.now() - startedAt);
}

class Region {
  private constructor(private readonly origin: string) {}

  static async start(context: BenchContext, url: string, slackUrl: string): Promise<Region> {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const key = `bench:${randomBytes(32).toString('base64')}`;
    const env = {
      DATABASE_URL: url,
      SWITCHYARD_LISTEN_PORT: String(port),
      SWITCHYARD_REGION_NAME: 'us',
      SWITCHYARD_ADMIN_TOKEN: TOKEN,
      SWITCHYARD_SILO_KEYS: key,
      SWITCHYARD_ENCRYPTION_KEYS: key,
      SWITCHYARD_LOG_LEVEL: 'error',
      SWITCHYARD_SLACK_API_URL: slackUrl,
      SWITCHYARD_SLACK_LANE_PER_MINUTE: '1000000',
      SWITCHYARD_SLACK_WORKSPACE_PER_MINUTE: '1000000',
      SWITCHYARD_SLACK_THREAD_IDLE_MS: '20',
      SWITCHYARD_SLACK_EDIT_WINDOW_S: '0',
      SWITCHYARD_SLACK_PARENT_REFRESH_S: '0',
    };
    await startProgram(context, ['dist/apps/region-silo/main.js'], env, `${origin}/readyz`);
    const region = new Region(origin);
    await region.put('organizations/1', { slug: 'acme', name: 'Acme' });
    await region.put('organizations/1/members/7', { email: 'ada@example.com', name: 'Ada', role: 'admin' });
    await region.put('projects/3', { organizationId: 1, slug: 'bar', name: 'Bar' });
    await region.put('slack-workspaces/1', { teamId: 'T1', botToken: 'xoxb-1', organizationIds: [1] });
    return region;
  }

  /** Replies per second of an issue with so many threads, from the first change to the last receipt. */
  async rate(slack: SlackSink, issue: number, parents: number): Promise<number> {
    await this.alert(issue, parents);
    slack.receipts = [];
    const activities = Math.max(10, Math.round(REPLIES / parents));
    const expected = activities * parents;
    const startedAt = performance.now();
    for (let count = 0; count < activities; count += 1) await this.change(issue, count);
    await until(() => slack.lines >= expected, `${expected} replies`);
    return (expected * 1000) / (performance.now() - startedAt);
  }

  /** How late the last percent of the replies is in the channels that are not limited. */
  async pacedP99(slack: SlackSink, issue: number, limited: string | undefined): Promise<number> {
    await this.alert(issue, LIMITED_CHANNELS);
    slack.receipts = [];
    slack.limited = limited;
    const times: number[] = [];
    for (let count = 0; count < LIMITED_ACTIVITIES; count += 1) {
      const startedAt = performance.now();
      const before = slack.receipts.length;
      await this.change(issue, count);
      const channels = LIMITED_CHANNELS - (limited === undefined ? 0 : 1);
      await until(() => slack.receipts.length - before >= channels, `${channels} replies`);
      times.push(...slack.receipts.slice(before).map(({ at }) => at - startedAt));
      await delay(PACE_MS);
    }
    slack.limited = undefined;
    times.sort((left, right) => left - right);
    return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
  }

  private async alert(issue: number, parents: number): Promise<void> {
    await this.put(`issues/${issue}`, { projectId: 3, shortNumber: issue, title: 'Boom' });
    const channels = Array.from({ length: parents }, (_, index) => `L${issue}C${index}`);
    for (let from = 0; from < parents; from += 50) {
      const actions = channels.slice(from, from + 50).map((channelId, index) => ({
        uuid: `00000000-0000-4000-8000-${String(issue * 1_000 + from + index).padStart(12, '0')}`,
        integrationId: 1,
        channelId,
      }));
      const rule = issue * 100 + from / 50 + 1;
      await this.put(`alert-rules/${rule}`, { projectId: 3, name: 'Bench', actions });
      await this.call('POST', `alert-rules/${rule}/fire`, { issueId: issue });
    }
  }

  private change(issue: number, count: number): Promise<void> {
    const change = count % 2 === 0 ? { kind: 'resolve', how: 'now' } : { kind: 'unresolve' };
    return this.call('POST', `issues/${issue}/changes`, { userId: 7, change });
  }

  private put(path: string, body: object): Promise<void> {
    return this.call('PUT', path, body);
  }

  private async call(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${this.origin}/admin/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 200)}`);
  }
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const endsAt = performance.now() + TIMEOUT_MS;
  while (!isSo()) {
    if (performance.now() > endsAt) throw new Error(`not within ${TIMEOUT_MS / 1000} s: ${what}`);
    await delay(2);
  }
}
