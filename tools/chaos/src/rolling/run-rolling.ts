import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SAMPLE_SLACK_TEAM, startFleet } from '@switchyard/fleet';
import type { RunningFleet } from '@switchyard/fleet';
import { signSlackRequest } from '@switchyard/parsers';
import { Agent } from 'undici';
import { judge } from '../judge';
import type { Judgement } from '../judge';
import { Answers } from './answers';
import type { LoadCall } from './answers';
import { AppLoad } from './app-load';
import { Balancer } from './balancer';
import { PushLoad } from './push-load';
import { UsageLoad } from './usage-load';

/** How much. */
export interface RollingOptions {
  /** How often each process is restarted. */
  readonly rounds: number;
  /** Two processes of each app; otherwise of the gateway and the region `us` only, for a short run. */
  readonly isWhole: boolean;
  /** Pause of each sender between two requests. */
  readonly paceMs: number;
  readonly report: (line: string) => void;
}

/** What came of it. */
export interface RollingResult {
  readonly restarts: number;
  /** Processes that did not exit with 0. */
  readonly unclean: readonly string[];
  /** By load and status. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The first answers that were not what they should have been. */
  readonly unexpected: readonly string[];
  readonly webhooks: Judgement;
  readonly apps: { readonly told: number; readonly lost: number; readonly doubled: number };
  readonly usage: { readonly published: number; readonly counted: number };
  readonly durationMs: number;
}

const REPOSITORIES = 10;
const SETTLE_MAX_MS = 60_000;
const READY_MAX_MS = 30_000;
const POLL_MS = 100;
/** Several checks of the balancer: it knows before anything is refused. */
const DRAIN_DELAY_MS = 700;

/** The processes that balancers stand before. */
const BALANCED = {
  gateway: 'control-gateway',
  us: 'region-us',
  de: 'region-de',
  notifier: 'webhook-notifier',
  outcomes: 'outcomes-consumer',
};

type Balancers = Record<keyof typeof BALANCED, Balancer>;

/** Whether nothing was lost, doubled in effect or answered otherwise than it should have been. */
export function isClean({ unclean, unexpected, webhooks, apps, usage }: RollingResult): boolean {
  const wrong = webhooks.lost + webhooks.reordered + webhooks.doubled + apps.lost + unclean.length + unexpected.length;
  return wrong === 0 && usage.published === usage.counted;
}

/**
 * Restarts every process of a fleet, one at a time, while loads of all kinds come through balancers; then looks for everything that was
 * acknowledged.
 *
 * @throws Error when the fleet does not come up or does not settle
 */
export async function runRolling(options: RollingOptions): Promise<RollingResult> {
  const cleanUp: (() => Promise<unknown>)[] = [];
  try {
    return await new Rolling(options, cleanUp).run();
  } finally {
    for (const stop of cleanUp.reverse()) await stop();
  }
}

class Rolling {
  private readonly answers = {
    webhooks: new Answers('webhooks', 202),
    forwarded: new Answers('forwarded', 200),
    events: new Answers('app events', 202),
    notifier: new Answers('notifier', 200),
    outcomes: new Answers('outcomes', 200),
  };
  private isEnding = false;

  constructor(
    private readonly options: RollingOptions,
    private readonly cleanUp: (() => Promise<unknown>)[],
  ) {}

  async run(): Promise<RollingResult> {
    const startedAt = performance.now();
    const { fleet, balancers } = await this.start();
    const { adminToken, databases, secrets } = fleet.description;
    const agent = new Agent({ keepAliveTimeout: 30_000 });
    this.cleanUp.push(() => agent.destroy());
    const apps = await AppLoad.start(adminToken);
    this.cleanUp.push(() => apps.stop());
    await apps.install(fleet.description.addresses.notifier);
    const usage = new UsageLoad(databases['outcomes'] ?? '');
    this.cleanUp.push(() => usage.stop());
    const pushes = new PushLoad(
      balancers.gateway.address,
      secrets.githubWebhookSecret,
      this.answers.webhooks,
      REPOSITORIES,
      this.options.paceMs,
    );

    const loads = [
      pushes.run(agent),
      this.repeat(() =>
        this.answers.forwarded.ask(slackOptions(balancers.gateway.address, secrets.slackSigningSecret), agent),
      ),
      this.repeat(() => apps.tell(balancers.us.address, this.answers.events, agent)),
      this.repeat(() => usage.publish()),
      ...this.reads(balancers, adminToken).map(([answers, call]) => this.repeat(() => answers.ask(call, agent))),
    ];
    const all = Promise.all(loads);
    all.catch(() => (this.isEnding = true));
    const unclean = await this.restartAll(fleet, balancers);
    this.isEnding = true;
    pushes.end();
    await all;
    await this.untilSettled(fleet, apps, usage);
    return {
      restarts: this.processes(fleet).length * this.options.rounds,
      unclean,
      answers: Object.fromEntries(Object.values(this.answers).map(({ name, counts }) => [name, counts])),
      unexpected: Object.values(this.answers).flatMap(({ unexpected }) => unexpected),
      webhooks: await this.judge(fleet, pushes),
      apps: { told: apps.told.size, lost: apps.lost, doubled: apps.doubled },
      usage: { published: usage.published, counted: await usage.counted() },
      durationMs: Math.round(performance.now() - startedAt),
    };
  }

  private async start(): Promise<{ fleet: RunningFleet; balancers: Balancers }> {
    const dataDir = mkdtempSync(join(tmpdir(), 'switchyard-rolling-'));
    this.cleanUp.push(async () => rmSync(dataDir, { recursive: true, force: true }));
    const entries: [string, Balancer][] = [];
    for (const name of Object.keys(BALANCED)) {
      const balancer = await Balancer.start();
      this.cleanUp.push(() => balancer.stop());
      entries.push([name, balancer]);
    }
    const balancers = Object.fromEntries(entries) as Balancers;
    const regions = (['us', 'de'] as const).map((name, index) => ({
      name,
      address: balancers[name].address,
      snowflakeId: index + 1,
    }));
    const doubled = this.options.isWhole ? Object.values(BALANCED) : [BALANCED.gateway, BALANCED.us];
    const starting = startFleet({
      dataDir,
      hasAnyPorts: true,
      copies: Object.fromEntries(doubled.map((name) => [name, 2])),
      report: this.options.report,
      env: {
        '*': { SWITCHYARD_LOG_LEVEL: 'warn', SWITCHYARD_DRAIN_DELAY_MS: String(DRAIN_DELAY_MS) },
        // What fails is tried again within the run.
        'control-gateway': { SWITCHYARD_REGIONS: JSON.stringify(regions), SWITCHYARD_DELIVERY_BACKOFF_MS: '200' },
      },
    });
    this.cleanUp.push(() => starting.then((fleet) => fleet.stop()).catch(() => undefined));
    const fleet = await starting;
    for (const [name, app] of Object.entries(BALANCED)) {
      const processes = this.processes(fleet).filter((one) => one === app || one === `${app}-2`);
      balancers[name as keyof Balancers].aimAt(processes.map((one) => fleet.addressOf(one)));
    }
    for (const name of this.processes(fleet)) await this.untilSeen(fleet, balancers, name);
    return { fleet, balancers };
  }

  private processes({ description }: RunningFleet): readonly string[] {
    return description.processes.map(({ name }) => name);
  }

  /** Reads are asked only of what has two processes: nobody answers for one that restarts. */
  private reads({ notifier, outcomes }: Balancers, token: string): [Answers, LoadCall][] {
    if (!this.options.isWhole) return [];
    const headers = { authorization: `Bearer ${token}` };
    return [
      [this.answers.notifier, { method: 'GET', url: `${notifier.address}/admin/api/apps`, headers }],
      [this.answers.outcomes, { method: 'GET', url: `${outcomes.address}/admin/api/usage/audit-log`, headers }],
    ];
  }

  private async repeat(work: () => Promise<unknown>): Promise<void> {
    while (!this.isEnding) {
      await work();
      await delay(this.options.paceMs);
    }
  }

  /** Resolves to the names of those that did not exit with 0. */
  private async restartAll(fleet: RunningFleet, balancers: Balancers): Promise<readonly string[]> {
    const unclean: string[] = [];
    const names = this.processes(fleet).filter((name) => this.options.isWhole || name !== BALANCED.de);
    for (let round = 1; round <= this.options.rounds; round += 1) {
      for (const name of names) {
        if (this.isEnding) return unclean;
        const began = performance.now();
        const code = await fleet.stopApp(name);
        const stopped = performance.now();
        if (code !== 0) unclean.push(`${name}: ${code ?? 'had to be ended'}`);
        await fleet.start(name);
        await this.untilSeen(fleet, balancers, name);
        const took = `${seconds(stopped - began)} to stop, ${seconds(performance.now() - stopped)} to be ready`;
        this.options.report(`round ${round}: ${name} was restarted: ${took}`);
      }
    }
    return unclean;
  }

  /** Until its balancer sends it requests. */
  private async untilSeen(fleet: RunningFleet, balancers: Balancers, name: string): Promise<void> {
    const address = fleet.addressOf(name);
    const endsAt = performance.now() + READY_MAX_MS;
    while (!Object.values(balancers).some((balancer) => balancer.isReady(address))) {
      if (performance.now() > endsAt) throw new Error(`${name} is not ready for its balancer`);
      await delay(POLL_MS);
    }
  }

  private async untilSettled(fleet: RunningFleet, apps: AppLoad, usage: UsageLoad): Promise<void> {
    const { addresses, adminToken } = fleet.description;
    const endsAt = performance.now() + SETTLE_MAX_MS;
    for (;;) {
      const response = await fetch(`${addresses.gateway}/admin/api/mailboxes?limit=1`, {
        headers: { authorization: `Bearer ${adminToken}` },
      });
      const { totals } = (await response.json()) as { totals: { waiting: number } };
      const counted = await usage.counted();
      if (totals.waiting === 0 && apps.lost === 0 && counted >= usage.published) return;
      if (performance.now() > endsAt) {
        return this.options.report(`not settled: ${totals.waiting} waiting, ${apps.lost} not told, ${counted} counted`);
      }
      await delay(POLL_MS);
    }
  }

  private async judge({ description }: RunningFleet, { repositories, perRepository }: PushLoad): Promise<Judgement> {
    const judgements: Judgement[] = [];
    for (const name of ['us', 'de']) {
      judgements.push(await judge(description.databases[name] ?? '', { repositories, perRepository }));
    }
    const sum = (name: keyof Judgement): number => judgements.reduce((total, found) => total + found[name], 0);
    return { delivered: sum('delivered'), lost: sum('lost'), reordered: sum('reordered'), doubled: sum('doubled') };
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Slack asks for options while somebody waits; a region answers. */
function slackOptions(gateway: string, secret: string): LoadCall {
  const payload = {
    type: 'block_suggestion',
    team: { id: SAMPLE_SLACK_TEAM },
    user: { id: 'U1' },
    action_id: 'assign',
    value: 'ad',
  };
  const body = Buffer.from(`payload=${encodeURIComponent(JSON.stringify(payload))}`);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signSlackRequest(body, timestamp, secret),
  };
  return { method: 'POST', url: `${gateway}/extensions/slack/options-load/`, headers, body };
}
