import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { environment } from '@switchyard/config';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { waitFor } from '@switchyard/e2e-kit';
import { AppProcess } from '@switchyard/fleet';
import { openQueueStore } from '@switchyard/queue';
import type { QueueStore } from '@switchyard/queue';
import { findChromium, freePort } from '@switchyard/services';
import { Queue, Worker } from 'bullmq';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const QUEUE = 'stored-webhook-hints';
const TOKEN = randomBytes(24).toString('hex');
const found = findChromium();

if (found.kind === 'unavailable') it.skip(`Bull Board in a browser: skipped because ${found.reason}`, () => undefined);
else
  describe('Bull Board in a browser', () => {
    let folder: string;
    let database: TemporaryDatabase;
    let gateway: AppProcess;
    let store: QueueStore;
    let queue: Queue;
    let worker: Worker;
    let isMended = false;
    let browser: Browser;
    let page: Page;
    /** What the browser refused because of our headers. */
    const refused: string[] = [];

    beforeAll(async () => {
      const script = resolve('dist', 'apps', 'control-gateway', 'main.js');
      if (!existsSync(script)) throw new Error('run node tools/build.mjs first (npm test does)');
      folder = mkdtempSync(join(tmpdir(), 'switchyard-board-'));
      database = await temporaryDatabase([]);
      const port = await freePort();
      const key = `e2e:${randomBytes(32).toString('base64')}`;
      const env = {
        PATH: environment()['PATH'] ?? '',
        DATABASE_URL: database.url,
        SWITCHYARD_LISTEN_PORT: String(port),
        SWITCHYARD_ADMIN_TOKEN: TOKEN,
        SWITCHYARD_SILO_KEYS: key,
        SWITCHYARD_ENCRYPTION_KEYS: key,
        SWITCHYARD_REGIONS: JSON.stringify([{ name: 'us', address: 'http://127.0.0.1:9', snowflakeId: 1 }]),
        // The worker is ours, so that the spec decides when a job fails.
        SWITCHYARD_DELIVERY_ENABLED: 'false',
      };
      const address = `http://127.0.0.1:${port}`;
      const logFile = join(folder, 'gateway.log');
      gateway = new AppProcess({ name: 'gateway', script, env, address, logFile }, () => undefined);
      await gateway.start();
      store = await openQueueStore({ databaseUrl: database.url, poolMax: 2 });
      queue = new Queue(QUEUE, { connection: store.connection });
      worker = new Worker(
        QUEUE,
        async () => {
          if (!isMended) throw new Error('the region is away');
        },
        { connection: store.connection },
      );
      browser = await chromium.launch({
        executablePath: found.program,
        // Root in a container has no user namespaces; the pages are our own.
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-dev-shm-usage',
          '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
        ],
      });
      page = await browser.newPage({ baseURL: address });
      page.setDefaultTimeout(15_000);
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) refused.push(message.text());
      });
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      await worker?.close();
      await queue?.close();
      await store?.close();
      await gateway?.stop();
      await database?.drop();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    it('sign in with a token, list the queues, open a failed job, retry it and see it gone', async () => {
      await queue.add('drain', { mailbox: 'github:us:7' });
      await waitFor(async () => (await queue.getFailedCount()) === 1, { description: 'the job to fail' });

      await page.goto('/admin/queues/');
      expect(page.url()).toContain('/admin/sign-in?next=');
      await page.getByLabel('Token').fill('not-the-token-of-anybody');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').filter({ hasText: 'The token is wrong' }).waitFor();
      await page.getByLabel('Token').fill(TOKEN);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page
        .getByRole('link', { name: new RegExp(QUEUE) })
        .first()
        .click();

      await page.goto(`/admin/queues/queue/${QUEUE}?status=failed`);
      await page.getByRole('link', { name: /drain/ }).first().click();
      await page.getByText('the region is away').first().waitFor();

      isMended = true;
      // Its buttons have pictures and no names.
      await page.locator('button:has(svg.lucide-refresh-cw)').first().click();
      await page.getByRole('button', { name: 'Confirm' }).click();
      await waitFor(async () => (await queue.getFailedCount()) === 0, { description: 'the job to be retried' });
      await page.goto(`/admin/queues/queue/${QUEUE}?status=failed`);
      await page.getByText('No failed jobs in this queue.').waitFor();

      const { rows } = await database.pool.query(
        `SELECT actor, action, subject FROM audit_log WHERE action LIKE 'job%'`,
      );
      expect(rows).toEqual([{ actor: 'admin-token', action: 'job_retry', subject: `queue ${QUEUE} 1` }]);
      // Bull Board would like a typeface from elsewhere; it does well with the system's.
      expect(refused.filter((text) => !text.includes('fonts.googleapis.com'))).toEqual([]);
    }, 60_000);
  });
