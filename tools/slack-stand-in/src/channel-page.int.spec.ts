import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dialogView, option } from '@switchyard/slack';
import { findChromium } from '@switchyard/services';
import type { Json } from '@switchyard/slack/testing';
import type { Browser, Page } from 'playwright-core';
import { startBrowser, WINDOW } from './browser';
import { postSampleIssue, postSampleReplies } from './sample-story';
import type { StoryPlace } from './sample-story';
import { SLACK_DE, SLACK_SAMPLES } from './slack-samples';
import { startSlack } from './start-slack';
import type { RunningSlack } from './start-slack';

const SECRET = 'the signing secret';
const CHANNEL = 'C0ONCALL';
const found = findChromium();

/** An app that opens a modal when somebody clicks, and answers option loads. */
class App {
  readonly requests: { readonly path: string; readonly isSigned: boolean; readonly payload: Json }[] = [];
  status = 200;
  slack: RunningSlack | undefined;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const { url = '', headers } = request;
        const mac = createHmac('sha256', SECRET).update(`v0:${String(headers['x-slack-request-timestamp'])}:${body}`);
        const isSigned = headers['x-slack-signature'] === `v0=${mac.digest('hex')}`;
        const payload = JSON.parse(new URLSearchParams(body).get('payload') ?? '{}') as Json;
        this.requests.push({ path: url, isSigned, payload });
        const options = [option('Ada <b>', 'user:7')];
        const groups = { option_groups: [{ label: { type: 'plain_text', text: 'People' }, options }] };
        response.writeHead(this.status).end(url.includes('options-load') ? JSON.stringify(groups) : '');
        if (payload['type'] === 'block_actions') void this.openModal(payload);
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  last(type: string): Json | undefined {
    return this.requests.findLast(({ payload }) => payload['type'] === type)?.payload;
  }

  private async openModal({ actions, trigger_id }: Json): Promise<void> {
    const [action] = actions as [Json];
    if (action['action_id'] !== 'resolve_dialog') return;
    const view = dialogView('resolve', { v: 1, issue: '4711', org: '2' });
    await call(this.slack?.apiUrl ?? '', 'views.open', { trigger_id, view });
  }
}

const TOKEN = SLACK_SAMPLES.find(({ teamId }) => teamId === SLACK_DE)?.botToken ?? '';

async function call(apiUrl: string, method: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` };
  await fetch(`${apiUrl}${method}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

if (found.kind === 'unavailable') it.skip(`the channel page: skipped because ${found.reason}`, () => undefined);
else
  describe('the page of a channel, in a browser', () => {
    let browser: Browser;
    let app: App;
    let slack: RunningSlack;
    let page: Page;
    let place: StoryPlace;
    let broken: string[];

    beforeAll(async () => {
      const started = await startBrowser();
      if ('reason' in started) throw new Error(started.reason);
      browser = started.browser;
    }, 120_000);
    afterAll(() => browser?.close());

    beforeEach(async () => {
      app = new App();
      const origin = await app.start();
      const postLimit = { perSecond: 1_000, burst: 1_000 };
      slack = await startSlack({ app: { origin, signingSecret: SECRET }, workspaces: SLACK_SAMPLES, postLimit });
      app.slack = slack;
      place = { apiUrl: slack.apiUrl, token: TOKEN, channel: CHANNEL };
      page = await browser.newPage({ viewport: WINDOW });
      broken = [];
      page.on('pageerror', (error) => broken.push(error.message));
      page.on('console', (line) => line.type() === 'error' && broken.push(line.text()));
      await page.goto(`${slack.origin}/channel/${SLACK_DE}/${CHANNEL}?user=U0GRACE`);
    });
    afterEach(async () => {
      await page.close();
      await slack.stop();
      await app.stop();
      expect(broken).toEqual([]);
    });

    it('a thread fills while somebody watches', async () => {
      const ts = await postSampleIssue(place);
      await page.waitForSelector('article .message >> text=TypeError');
      await postSampleReplies(place, ts);
      await page.waitForSelector('.thread >> text=3 replies');
      const replies = await page.locator('.thread .message').allInnerTexts();
      expect(replies).toHaveLength(3);
      expect(replies[2]).toContain('Linus marked SHOP-42 as resolved in shop@4.2.1');
      expect(await page.locator('.thread blockquote a').getAttribute('href')).toBe('https://example.com/pull/88');
    });

    it('a button opens a modal, and its choice is what the app gets', async () => {
      await postSampleIssue(place);
      await page.click('button:has-text("Resolve")');
      await page.waitForSelector('.modal >> text=Resolve Issue');
      await page.selectOption('.modal select', 'resolved:inNextRelease');
      await page.click('.modal button[type=submit]');
      await page.waitForSelector('.modal', { state: 'detached' });
      expect(app.requests.every(({ isSigned }) => isSigned)).toBe(true);
      expect(app.last('view_submission')).toMatchObject({
        user: { id: 'U0GRACE' },
        view: {
          callback_id: 'issue.resolve.v1',
          private_metadata: '{"v":1,"issue":"4711","org":"2"}',
          state: {
            values: { '00000': { 'static_select-action': { selected_option: { value: 'resolved:inNextRelease' } } } },
          },
        },
      });
    });

    it('a select asks the app while somebody types', async () => {
      await postSampleIssue(place);
      await page.click('button[data-act=search]');
      await page.fill('#search input', 'ad');
      await page.waitForSelector('#search li button');
      const isTold = page.waitForResponse((response) => response.url().endsWith('/_control/click'));
      await page.click('#search li button:has-text("Ada <b>")');
      await page.waitForSelector('#search', { state: 'detached' });
      await isTold;
      expect(app.last('block_actions')?.['actions']).toMatchObject([{ selected_option: { value: 'user:7' } }]);
      expect(
        app.requests.some(({ payload }) => payload['type'] === 'block_suggestion' && payload['value'] === 'ad'),
      ).toBe(true);
    });

    it('a click that nobody answers leaves a warning', async () => {
      app.status = 500;
      await postSampleIssue(place);
      await page.click('button:has-text("Archive")');
      await page.waitForSelector('.warning >> text=did not answer in time');
    });

    it('what somebody says is text', async () => {
      await page.fill('#composer input', '<img src=x onerror="document.title=1"> {{nonce}}');
      await page.click('#composer button');
      await page.waitForSelector('.message >> text=<img src=x');
      expect(await page.locator('#messages img').count()).toBe(0);
      await page.reload();
      expect(await page.locator('.message').innerText()).toContain('{{nonce}}');
    });
  });
