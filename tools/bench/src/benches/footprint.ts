import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@switchyard/services';
import type { Bench, BenchContext } from '../bench';
import { startProgram } from '../child';
import { startDatabase } from '../gateway';
import { folderBytes, productionBytes } from './production-tree';

const RSS_AIM_MB = 150;
const START_AIM_MS = 2_000;
/** Without Node.js and the system below it. */
const IMAGE_AIM_MB = 250;
const MB = 1024 * 1024;
/** What an app allocates while it starts is collected by then. */
const IDLE_MS = 5_000;

interface Footprint {
  readonly app: string;
  readonly startMs: number;
  /** Of the processor, which says more on a machine that is busy otherwise. */
  readonly startCpuMs: number;
  readonly rssMb: number;
}

const secret = (): string => `bench:${randomBytes(32).toString('base64')}`;

/** What each app needs to start, besides its database and its port. */
const APPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'control-gateway': {
    SWITCHYARD_REGIONS: JSON.stringify([{ name: 'us', address: 'http://127.0.0.1:9', snowflakeId: 1 }]),
    SWITCHYARD_SILO_KEYS: secret(),
    SWITCHYARD_ENCRYPTION_KEYS: secret(),
  },
  'region-silo': {
    SWITCHYARD_REGION_NAME: 'us',
    SWITCHYARD_SILO_KEYS: secret(),
    SWITCHYARD_ENCRYPTION_KEYS: secret(),
  },
  'webhook-notifier': { SWITCHYARD_ENCRYPTION_KEYS: secret() },
  'outcomes-consumer': {},
};

/** What each app costs before it does anything: memory at rest, time to be ready, and the size of what an image has to hold. */
export const footprintBench: Bench = {
  name: 'footprint',
  summary: 'idle memory and start time of each app, and the size of what an image holds',
  async run(context) {
    const { database } = await startDatabase(context);
    const found: Footprint[] = [];
    for (const app of Object.keys(APPS)) {
      found.push(await measure(context, app, await database(app.replace('-', '_'))));
    }
    const modulesMb = productionBytes('.') / MB;
    const bundleMb = Math.max(...found.map(({ app }) => folderBytes(`dist/apps/${app}`))) / MB;
    return {
      rows: [],
      table: tableOf(found, modulesMb, bundleMb),
      setting: `each app alone, its database migrated: from its start until /readyz answers 200 (median of ${context.rounds}), memory ${IDLE_MS / 1000} s later`,
      ratios: {
        worst_rss_vs_aim: Math.max(...found.map(({ rssMb }) => rssMb)) / RSS_AIM_MB,
        worst_start_vs_aim: Math.max(...found.map(({ startMs }) => startMs)) / START_AIM_MS,
        image_vs_aim: (modulesMb + bundleMb) / IMAGE_AIM_MB,
      },
      figures: {
        ...Object.fromEntries(
          found.flatMap(({ app, startMs, startCpuMs, rssMb }) => {
            const name = app.replace('-', '_');
            return [
              [`${name}_start_ms`, startMs],
              [`${name}_start_cpu_ms`, startCpuMs],
              [`${name}_rss_mb`, rssMb],
            ];
          }),
        ),
        image_mb: modulesMb + bundleMb,
        packages_mb: modulesMb,
        largest_bundle_mb: bundleMb,
      },
    };
  },
};

/** The first start migrates and is not counted; the last one rests before it is asked for its memory. */
async function measure(context: BenchContext, app: string, databaseUrl: string): Promise<Footprint> {
  const found: Omit<Footprint, 'app'>[] = [];
  for (let round = 0; round <= context.rounds; round += 1) {
    found.push(await startOnce(context, app, databaseUrl, round === context.rounds ? IDLE_MS : 0));
    context.report(`${app}: ready after ${Math.round(found.at(-1)?.startMs ?? 0)} ms`);
  }
  const counted = found.slice(1);
  return {
    app,
    startMs: median(counted.map(({ startMs }) => startMs)),
    startCpuMs: median(counted.map(({ startCpuMs }) => startCpuMs)),
    rssMb: found.at(-1)?.rssMb ?? 0,
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

async function startOnce(
  context: BenchContext,
  app: string,
  databaseUrl: string,
  idleMs: number,
): Promise<Omit<Footprint, 'app'>> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const cleanUp: (() => Promise<void>)[] = [];
  const env = {
    DATABASE_URL: databaseUrl,
    SWITCHYARD_LISTEN_PORT: String(port),
    SWITCHYARD_ADMIN_TOKEN: randomBytes(24).toString('hex'),
    ...APPS[app],
  };
  try {
    const began = performance.now();
    await startProgram({ ...context, cleanUp }, [`dist/apps/${app}/main.js`], env, `${origin}/readyz`);
    const startMs = performance.now() - began;
    const startCpuMs = 1_000 * (await processMetric(origin, 'process_cpu_seconds_total'));
    await delay(idleMs);
    return { startMs, startCpuMs, rssMb: (await processMetric(origin, 'process_resident_memory_bytes')) / MB };
  } finally {
    for (const stop of cleanUp.reverse()) await stop();
  }
}

async function processMetric(origin: string, name: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`${origin}/metrics has no ${name}`);
  return Number(value);
}

function tableOf(found: readonly Footprint[], modulesMb: number, bundleMb: number): string[][] {
  const image = modulesMb + bundleMb;
  return [
    ['', 'start ms', 'of it CPU', 'idle MB', ''],
    ...found.map(({ app, startMs, startCpuMs, rssMb }) => [
      app,
      startMs.toFixed(0),
      startCpuMs.toFixed(0),
      rssMb.toFixed(0),
      startMs < START_AIM_MS && rssMb < RSS_AIM_MB ? '' : 'above an aim',
    ]),
    ['aim', `< ${START_AIM_MS}`, '', `< ${RSS_AIM_MB}`, ''],
    [],
    ['', '', '', 'image MB', ''],
    ['production packages', '', '', modulesMb.toFixed(0), ''],
    ['largest bundle', '', '', bundleMb.toFixed(0), ''],
    ['both, without Node.js', '', '', image.toFixed(0), image < IMAGE_AIM_MB ? '' : 'above the aim'],
    ['aim', '', '', `< ${IMAGE_AIM_MB}`, ''],
  ];
}
