/*
 * An app's life: installed, told what happens, broken for a week, switched off, its owner told, mended and switched on again.
 *
 * The week is the only thing that is made up: six days of errors are written into the notifier's counters.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FleetDescription } from '@switchyard/fleet';
import { Client } from 'pg';
import type { Check } from '../check';
import { AppReceiver } from './app-receiver';

const WAIT_MS = 20_000;
const POLL_MS = 50;
const DAYS_BEFORE = 6;

type Json = Record<string, unknown>;

/** Runs the story; each step that does not come true is a failure. */
export async function appStory(fleet: FleetDescription, report: (line: string) => void): Promise<Check> {
  const receiver = await AppReceiver.start();
  const story = new Story(fleet, receiver);
  try {
    await story.run(report);
    return story.check;
  } finally {
    await receiver.stop();
  }
}

class Story {
  private readonly failures: string[] = [];
  private readonly organizationId = randomInt(1_000_000, 2_000_000_000);
  private readonly slug = `demo-${randomUUID().slice(0, 8)}`;
  private readonly owner = `owner-${this.slug}@example.com`;

  constructor(
    private readonly fleet: FleetDescription,
    private readonly receiver: AppReceiver,
  ) {}

  get check(): Check {
    return {
      name: 'an app is told, switched off when it stays broken, and on again',

      failures: this.failures,
    };
  }

  async run(report: (line: string) => void): Promise<void> {
    const id = await this.install();
    for (const action of ['created', 'assigned', 'resolved']) await this.happens(action);
    await this.expect('the app got three signed webhooks', () => Promise.resolve(this.receiver.accepted.length === 3));

    report('the app breaks, and a week passes');
    this.receiver.status = 500;
    await this.passDays(id);
    await this.happens('created');
    await this.expect('the app is switched off', async () => (await this.app())['state'] === 'disabled');
    await this.expect('its owner has a mail', async () =>
      (await this.mails()).some((one) => one.includes('switched off')),
    );
    const [last] = ((await this.call('GET', `apps/${this.slug}/requests?errorsOnly=true`))['items'] ?? []) as Json[];
    this.note(last?.['responseCode'] === 500, 'the log of requests does not show the 500');
    await this.happens('created');
    this.note(
      (await this.call('POST', `apps/${this.slug}/enable`, {}))['state'] !== 'active',
      'a broken app was switched on',
    );

    report('the app is mended');
    this.receiver.status = 200;
    const enabled = await this.call('POST', `apps/${this.slug}/enable`, {});
    this.note(enabled['state'] === 'active', 'the mended app was not switched on again');
    const before = this.receiver.accepted.length;
    await this.happens('unresolved');
    await this.expect('the app is told again', () => Promise.resolve(this.receiver.accepted.length === before + 1));
    await this.expect('its owner knows', async () => (await this.mails()).some((one) => one.includes('on again')));
    this.note(this.receiver.forged === 0, `${this.receiver.forged} signatures were wrong`);
  }

  private async install(): Promise<string> {
    await this.call('PUT', `organizations/${this.organizationId}/owners`, { owners: [{ email: this.owner }] });
    const app = await this.call('POST', 'apps', {
      slug: this.slug,
      name: 'Demo app',
      kind: 'internal',
      organizationId: this.organizationId,
      webhookUrl: this.receiver.url,
      events: ['issue'],
    });
    this.receiver.secret = String(app['clientSecret']);
    await this.call('POST', `apps/${this.slug}/installations`, {
      organizationId: this.organizationId,
      organizationSlug: 'demo',
      user: { id: 1, name: 'Demo' },
    });
    return String(app['id']);
  }

  /** In the region: it reaches the notifier through the transactional outbox and the queue. */
  private happens(action: string): Promise<Json> {
    const region = this.fleet.addresses.regions['us'] ?? '';
    return this.ask(`${region}/admin/api/app-events`, 'POST', {
      key: randomUUID(),
      organizationId: this.organizationId,
      resource: 'issue',
      action,
      data: { issue: { id: '1', title: 'Demo' } },
    });
  }

  private async passDays(appId: string): Promise<void> {
    const client = new Client({ connectionString: this.fleet.databases['notifier'] });
    await client.connect();
    try {
      await client.query('DELETE FROM request_health WHERE subject = $1', [this.subject(appId)]);
      await client.query(
        `INSERT INTO request_health (subject, day, error, expires_at)
         SELECT $1, (now() AT TIME ZONE 'UTC')::date - age, 1, now() + interval '8 days'
         FROM generate_series(1, $2::integer) AS age`,
        [this.subject(appId), DAYS_BEFORE],
      );
    } finally {
      await client.end();
    }
  }

  private subject(appId: string): string {
    return `sentry-app-error:{${appId}:${this.organizationId}}`;
  }

  private app(): Promise<Json> {
    return this.call('GET', `apps/${this.slug}`);
  }

  /** Subjects of what the owner got. */
  private async mails(): Promise<readonly string[]> {
    const response = await fetch(`${this.fleet.addresses.mailPage}/messages`);
    const mails = (await response.json()) as { to: string[]; subject: string }[];
    return mails.filter(({ to }) => to.includes(this.owner)).map(({ subject }) => subject);
  }

  private async expect(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const endsAt = Date.now() + WAIT_MS;
    while (!(await isSo())) {
      if (Date.now() > endsAt) return this.note(false, `not in time: ${what}`);
      await delay(POLL_MS);
    }
    this.note(true, what);
  }

  private note(isSo: boolean, failure: string): void {
    if (!isSo) this.failures.push(failure);
  }

  private call(method: string, path: string, body?: unknown): Promise<Json> {
    return this.ask(`${this.fleet.addresses.notifier}/admin/api/${path}`, method, body);
  }

  private async ask(url: string, method: string, body?: unknown): Promise<Json> {
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${this.fleet.adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return text === '' ? {} : (JSON.parse(text) as Json);
  }
}
