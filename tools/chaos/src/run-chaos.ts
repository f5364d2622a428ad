import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startFleet } from '@switchyard/fleet';
import type { RunningFleet } from '@switchyard/fleet';
import { seededRandom } from '@switchyard/primitives';
import { nextFault } from './faults';
import { judge } from './judge';
import type { Judgement } from './judge';
import { sendLoad } from './load';
import type { LoadProgress } from './load';
import { TcpProxy } from './tcp-proxy';

/** How much, and how badly. */
export interface ChaosOptions {
  readonly webhooks: number;
  readonly faults: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

/** What came of it. */
export interface ChaosResult {
  /** Acknowledged webhooks; each is for two regions. */
  readonly accepted: number;
  readonly delivered: number;
  readonly lost: number;
  readonly reordered: number;
  readonly doubled: number;
  readonly faults: number;
  readonly seed: number;
  /** What the gateway itself says: accepted for regions = delivered + waiting + dead. */
  readonly books: { readonly delivered: number; readonly waiting: number; readonly dead: number };
  readonly durationMs: number;
  readonly byFault: Readonly<Record<string, number>>;
}

const REPOSITORIES_MAX = 50;
const SETTLE_MAX_MS = 180_000;
const POLL_MS = 250;
const COMPLAINTS_SHOWN = 5;
const COMPLAINT_CHARS = 1_000;
/** Room between two faults, so that each hits a fleet that is at work. */
const CALM_MS = 250;

/** Short times, so that what breaks is tried again within the run. */
const GATEWAY_ENV = {
  SWITCHYARD_DELIVERY_TIMEOUT_MS: '1000',
  SWITCHYARD_DELIVERY_CLAIM_MS: '2500',
  SWITCHYARD_DELIVERY_BACKOFF_MS: '100',
  SWITCHYARD_DELIVERY_SWEEP_INTERVAL_MS: '250',
  SWITCHYARD_DELIVERY_ATTEMPTS_MAX: '100',
};

/**
 * Starts a fleet, sends load while faults happen, waits until it has settled, and counts.
 *
 * @throws Error when the fleet does not settle or something answers what it must not
 */
export async function runChaos({ webhooks, faults, seed, report }: ChaosOptions): Promise<ChaosResult> {
  const startedAt = performance.now();
  const repositories = Math.min(REPOSITORIES_MAX, webhooks);
  const shape = { repositories, perRepository: Math.ceil(webhooks / repositories) };
  const proxies = { us: await TcpProxy.start(), de: await TcpProxy.start() };
  const dataDir = mkdtempSync(join(tmpdir(), 'switchyard-chaos-'));
  const regions = Object.entries(proxies).map(([name, { address }], index) => ({
    name,
    address,
    snowflakeId: index + 1,
  }));
  const starting = startFleet({
    dataDir,
    hasAnyPorts: true,
    gateways: 2,
    report,
    env: {
      '*': { SWITCHYARD_LOG_LEVEL: 'error' },
      'control-gateway': { ...GATEWAY_ENV, SWITCHYARD_REGIONS: JSON.stringify(regions) },
    },
  });
  try {
    const fleet = await starting;
    for (const name of ['us', 'de'] as const) proxies[name].aimAt(fleet.description.addresses.regions[name] ?? '');
    const progress: LoadProgress = { accepted: 0, allowed: 0 };
    const loading = sendLoad(fleet.description, shape, progress);
    const byFault = await breakThings({ fleet, proxies }, { webhooks, faults, seed, report, progress, loading });
    progress.allowed = Infinity;
    report(`${faults} faults are over; ${progress.accepted} of ${webhooks} accepted`);
    await loading;
    const books = await untilSettled(fleet, report);
    const judgements = [
      await judge(fleet.description.databases['us'] ?? '', shape),
      await judge(fleet.description.databases['de'] ?? '', shape),
    ];
    const sum = (name: keyof Judgement): number => judgements.reduce((total, found) => total + found[name], 0);
    return {
      accepted: progress.accepted,
      delivered: sum('delivered'),
      lost: sum('lost'),
      reordered: sum('reordered'),
      doubled: sum('doubled'),
      faults,
      seed,
      books,
      durationMs: Math.round(performance.now() - startedAt),
      byFault,
    };
  } catch (error) {
    await starting.then((fleet) => reportComplaints(fleet, report)).catch(() => undefined);
    throw error;
  } finally {
    await starting.then((fleet) => fleet.stop()).catch((error: unknown) => report(`not stopped: ${String(error)}`));
    for (const proxy of Object.values(proxies)) await proxy.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** What the apps logged last: the folder with their logs goes when the run ends. Errors only, as the level is set above. */
function reportComplaints({ description, logFile }: RunningFleet, report: (line: string) => void): void {
  for (const { name } of description.processes) {
    const lines = readFileSync(logFile(name), 'utf8').trimEnd().split('\n').slice(-COMPLAINTS_SHOWN);
    for (const line of lines.filter((text) => text !== '')) report(`${name} said: ${line.slice(0, COMPLAINT_CHARS)}`);
  }
}

interface Breaking {
  readonly webhooks: number;
  readonly faults: number;
  readonly seed: number;
  readonly report: (line: string) => void;
  readonly progress: LoadProgress;
  readonly loading: Promise<void>;
}

async function breakThings(
  victims: { readonly fleet: RunningFleet; readonly proxies: Readonly<Record<string, TcpProxy>> },
  { webhooks, faults, seed, report, progress, loading }: Breaking,
): Promise<Record<string, number>> {
  const random = seededRandom(seed);
  const byFault: Record<string, number> = {};
  let failure: unknown;
  loading.catch((error: unknown) => (failure = error));
  for (let index = 1; index <= faults && failure === undefined; index += 1) {
    const say = (name: string): void => report(`fault ${index} of ${faults}: ${name} (${progress.accepted} accepted)`);
    progress.allowed = Math.ceil((webhooks * index) / faults);
    const name = await nextFault(victims, random, say);
    byFault[name] = (byFault[name] ?? 0) + 1;
    await delay(CALM_MS);
  }
  if (failure !== undefined) throw failure;
  return byFault;
}

interface Books {
  readonly delivered: number;
  readonly waiting: number;
  readonly dead: number;
}

async function untilSettled({ description }: RunningFleet, report: (line: string) => void): Promise<Books> {
  const endsAt = performance.now() + SETTLE_MAX_MS;
  for (;;) {
    const [gateway = ''] = description.addresses.gateways;
    const totals = await readTotals(gateway, description.adminToken);
    if (totals?.waiting === 0) return totals;
    if (performance.now() > endsAt) throw new Error(`the fleet has not settled: ${JSON.stringify(totals)}`);
    report(`waiting for ${totals?.waiting ?? 'the gateway'}`);
    await delay(totals === undefined || totals.waiting > 1_000 ? 4 * POLL_MS : POLL_MS);
  }
}

async function readTotals(gateway: string, token: string): Promise<Books | undefined> {
  try {
    const response = await fetch(`${gateway}/admin/api/mailboxes?limit=1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return ((await response.json()) as { totals?: Books }).totals;
  } catch {
    return undefined;
  }
}
