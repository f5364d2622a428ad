import { join, resolve } from 'node:path';
import { environment } from '@switchyard/config';
import { identify, startMailCatcher } from '@switchyard/services';
import { SLACK_SAMPLES, startSlack } from '@switchyard/slack-stand-in';
import { AppProcess } from './app-process';
import { PortChooser } from './choose-port';
import { embeddedDatabases, externalDatabases, isExternalDatabase } from './databases';
import type { FleetDatabases } from './databases';
import { makeDataFolder } from './data-folder';
import { findRunningFleet, removeDescription, writeDescription } from './fleet-description';
import type { FleetDescription } from './fleet-description';
import { fleetSecrets } from './fleet-secrets';
import type { FleetSecrets } from './fleet-secrets';
import { stopLeftovers } from './leftovers';
import { fireSampleRules, loadRegionSamples } from './load-region-samples';
import type { SampleFleet } from './load-region-samples';
import { loadSamplesOnce } from './load-samples';
import { reset } from './reset';

/** How to start a fleet. */
export interface FleetOptions {
  /** Data, secrets, logs and fleet.json. */
  readonly dataDir: string;
  /** Forget everything that an earlier run left. */
  readonly isReset?: boolean;
  readonly hasSamples?: boolean;
  /** Take any free ports instead of the usual ones. */
  readonly hasAnyPorts?: boolean;
  /** Gateway processes, each at an address of its own; they share everything else. */
  readonly gateways?: number;
  /** Processes of other apps, by name (`region-us`); each further one has an address of its own and is called `region-us-2`. */
  readonly copies?: Readonly<Record<string, number>>;
  /** Further environment, by app name; `*` is for all. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Told what happens, in words for people. */
  readonly report?: (line: string) => void;
  /** Told when an app ends without having been asked to. */
  readonly onAppLost?: (name: string, reason: string) => void;
  /** Ends a start that is under way; a fleet that is ready ends by `stop`. */
  readonly signal?: AbortSignal;
}

/** A fleet that runs. */
export interface RunningFleet {
  readonly description: FleetDescription;
  /** Stops everything in order. */
  stop(): Promise<void>;
  /** Ends one app as a crash would. */
  kill(name: string): Promise<void>;
  /** Asks one app to stop; resolves to its exit code, which is absent when it had to be ended. */
  stopApp(name: string): Promise<number | undefined>;
  /** Starts an app again, at its address. */
  start(name: string): Promise<void>;
  logFile(name: string): string;
  /** Where one process listens. */
  addressOf(name: string): string;
}

const POSTGRES_PORT = 5440;
const PORTS = {
  gateway: 3000,
  us: 3010,
  de: 3011,
  notifier: 3020,
  outcomes: 3030,
  callback: 3040,
  slack: 3050,
  mailPage: 1080,
  smtp: 1025,
};
/** Passed on to the apps: what they need to find programs, certificates and servers. */
const INHERITED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'TZ',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'REDIS_URL',
  'KAFKA_BROKERS',
  'KAFKA_TOPIC_BROKERS',
];

type Ports = Record<keyof typeof PORTS, number>;

/**
 * Starts PostgreSQL, the mail catcher and the apps, and resolves when all are ready.
 *
 * @throws Error whose message says what to do; what was started before it is stopped again
 */
export async function startFleet(options: FleetOptions): Promise<RunningFleet> {
  const dataDir = resolve(options.dataDir);
  const other = findRunningFleet(dataDir);
  if (other !== undefined) {
    throw new Error(
      `A fleet runs from this folder already, at ${other.addresses.gateway} (process ${other.pid}): use it, or stop it first.`,
    );
  }
  await stopLeftovers(dataDir, options.report ?? (() => undefined));
  if (options.isReset === true) await reset(dataDir);
  makeDataFolder(dataDir);
  const launch = new Launch({ ...options, dataDir }, fleetSecrets(dataDir));
  try {
    return await launch.run();
  } catch (error) {
    await launch.stop();
    throw error;
  }
}

/** One start, as far as it has come. */
class Launch {
  private readonly apps: AppProcess[] = [];
  /** Undone last to first. */
  private readonly servers: { readonly name: string; stop(): Promise<void> }[] = [];
  private readonly report: (line: string) => void;
  /** Ends what goes on in the background. */
  private readonly stopping = new AbortController();
  /** For copies of apps; taken one by one. */
  private furtherPorts: number[] = [];

  constructor(
    private readonly options: FleetOptions,
    private readonly secrets: FleetSecrets,
  ) {
    this.report = options.report ?? (() => undefined);
  }

  async run(): Promise<RunningFleet> {
    const databases = await this.openDatabases();
    if (databases.stop !== undefined) this.servers.push({ name: 'database', stop: databases.stop });
    this.report(`databases: ${databases.origin}`);
    this.options.signal?.throwIfAborted();
    // After the database, which waits for what a killed run left to be gone: its ports are free then.
    const ports = await this.choosePorts();
    const mail = await startMailCatcher({ smtpPort: ports.smtp, httpPort: ports.mailPage });
    this.servers.push({ name: 'mail catcher', stop: () => mail.stop() });
    const slack = await startSlack({
      port: ports.slack,
      app: { origin: addressOf(ports.gateway), signingSecret: this.secrets.slackSigningSecret },
      workspaces: SLACK_SAMPLES,
    });
    this.servers.push({ name: 'stand-in of Slack', stop: () => slack.stop() });

    const { gateways = 1, copies = {} } = this.options;
    this.furtherPorts = await this.chooseFurther(Object.values(copies).reduce((sum, count) => sum + count - 1, 0));
    this.addApps(ports, databases, mail.smtpUrl, await this.chooseFurther(gateways - 1));
    // The gateway last, so that it finds its regions.
    const isGateway = ({ options }: AppProcess): boolean => options.script.includes('control-gateway');
    await this.startApps(this.apps.filter((app) => !isGateway(app)));
    await this.startApps(this.apps.filter(isGateway));
    const description = this.describe(ports, databases, mail);
    if (this.options.hasSamples !== false) await this.loadSamples(description);
    writeDescription(this.options.dataDir, description);
    return {
      description,
      stop: () => this.stop(),
      kill: (name) => this.find(name).kill(),
      stopApp: (name) => this.find(name).stop(),
      start: async (name) => {
        await this.find(name).start();
        writeDescription(this.options.dataDir, this.describe(ports, databases, mail));
      },
      logFile: (name) => this.find(name).options.logFile,
      addressOf: (name) => this.find(name).options.address,
    };
  }

  /** A directory that holds anything is the operator's: their changes must survive a restart. */
  private async loadSamples({ addresses }: FleetDescription): Promise<void> {
    const { adminToken, githubWebhookSecret } = this.secrets;
    const ids = await loadSamplesOnce(addresses.gateway, adminToken, githubWebhookSecret);
    if (ids !== undefined) {
      await loadRegionSamples({ addresses, adminToken }, ids);
      this.fireSampleRules({ addresses, adminToken });
    }
    this.report(`sample directory: ${ids === undefined ? 'there already' : 'loaded'}`);
  }

  /** In the background: a fleet is usable without them, and its regions may be other programs than ours. */
  private fireSampleRules(fleet: SampleFleet): void {
    const { signal } = this.stopping;
    fireSampleRules(fleet, signal).catch((error: Error) => {
      if (!signal.aborted) this.report(`sample alerts: ${error.message}`);
    });
  }

  private async startApps(apps: readonly AppProcess[]): Promise<void> {
    const { signal } = this.options;
    signal?.throwIfAborted();
    let onAbort: (() => void) | undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort);
    });
    const started = apps.map(async (app) => {
      await app.start();
      this.report(`${app.options.name}: ready at ${app.options.address}`);
    });
    try {
      await Promise.race([Promise.all(started), aborted]);
    } finally {
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    }
  }

  /** The gateway first, so that nothing comes in any more; the database last. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const app of [...this.apps].reverse()) {
      if (!app.isRunning) continue;
      this.report(`${app.options.name}: stopping`);
      await app.stop();
    }
    for (const { name, stop } of [...this.servers].reverse()) {
      this.report(`${name}: stopping`);
      await stop();
    }
    removeDescription(this.options.dataDir);
  }

  private async choosePorts(): Promise<Ports> {
    const chooser = new PortChooser();
    const ports: Partial<Ports> = {};
    for (const [name, preferred] of Object.entries(PORTS) as [keyof Ports, number][]) {
      ports[name] = await chooser.choose(this.options.hasAnyPorts === true ? 0 : preferred);
    }
    return ports as Ports;
  }

  /** Ports that nobody has to know in advance. */
  private async chooseFurther(count: number): Promise<number[]> {
    const chooser = new PortChooser();
    const ports: number[] = [];
    while (ports.length < count) ports.push(await chooser.choose(0));
    return ports;
  }

  private openDatabases(): Promise<FleetDatabases> {
    if (isExternalDatabase()) return externalDatabases(environment()['DATABASE_URL'] ?? '');
    const port = this.options.hasAnyPorts === true ? undefined : POSTGRES_PORT;
    return embeddedDatabases(join(this.options.dataDir, 'postgres'), port);
  }

  private addApps(ports: Ports, { urls }: FleetDatabases, smtpUrl: string, furtherGateways: readonly number[]): void {
    const { siloKeys, encryptionKeys, adminToken, slackSigningSecret, githubWebhookSecret } = this.secrets;
    const silo = { SWITCHYARD_SILO_KEYS: siloKeys, SWITCHYARD_ADMIN_TOKEN: adminToken };
    const providers = {
      SWITCHYARD_SLACK_SIGNING_SECRETS: slackSigningSecret,
      SWITCHYARD_GITHUB_WEBHOOK_SECRETS: githubWebhookSecret,
      SWITCHYARD_SLACK_API_URL: environment()['SWITCHYARD_SLACK_API_URL'] ?? `${addressOf(ports.slack)}/api/`,
    };
    const callbackHosts = `hooks.slack.com,hooks.slack-gov.com,${addressOf(ports.callback)},${addressOf(ports.slack)}`;
    const regions = (['us', 'de'] as const).map((name, index) => ({
      name,
      address: addressOf(ports[name]),
      snowflakeId: index + 1,
    }));
    this.add('outcomes-consumer', 'outcomes-consumer', ports.outcomes, {
      DATABASE_URL: urls.outcomes,
      SWITCHYARD_ADMIN_TOKEN: adminToken,
      SWITCHYARD_NOTIFIER_QUEUE_URL: environment()['REDIS_URL'] ?? urls.notifier,
    });
    this.add('webhook-notifier', 'webhook-notifier', ports.notifier, {
      DATABASE_URL: urls.notifier,
      SWITCHYARD_ADMIN_TOKEN: adminToken,
      SWITCHYARD_ENCRYPTION_KEYS: encryptionKeys,
      SWITCHYARD_SMTP_URL: smtpUrl,
      SWITCHYARD_OUTCOMES_DATABASE_URL: urls.outcomes,
      WEBHOOKS_LINK_BASE: `${addressOf(ports.notifier)}/admin/api/apps/`,
      WEBHOOKS_PUBLIC_URL: addressOf(ports.notifier),
      // Apps of a trial live on this machine.
      WEBHOOKS_ALLOW_HTTP: 'true',
      WEBHOOKS_ALLOWED_IPS: '127.0.0.1/32',
    });
    for (const { name } of regions) {
      this.add(`region-${name}`, 'region-silo', ports[name], {
        DATABASE_URL: urls[name],
        SWITCHYARD_REGION_NAME: name,
        SWITCHYARD_SLACK_RESPONSE_HOSTS: callbackHosts,
        SWITCHYARD_NOTIFIER_QUEUE_URL: environment()['REDIS_URL'] ?? urls.notifier,
        SWITCHYARD_ENCRYPTION_KEYS: encryptionKeys,
        SWITCHYARD_PUBLIC_URL: environment()['SWITCHYARD_PUBLIC_URL'] ?? addressOf(ports.gateway),
        SWITCHYARD_PRODUCT_URL: environment()['SWITCHYARD_PRODUCT_URL'] ?? 'https://monitor.example.com',
        ...silo,
        ...providers,
      });
    }
    const gateway = {
      DATABASE_URL: urls.control,
      SWITCHYARD_OUTCOMES_DATABASE_URL: urls.outcomes,
      SWITCHYARD_NOTIFIER_QUEUE_URL: environment()['REDIS_URL'] ?? urls.notifier,
      SWITCHYARD_ENCRYPTION_KEYS: encryptionKeys,
      SWITCHYARD_REGIONS: JSON.stringify(regions),
      SWITCHYARD_CALLBACK_HOSTS: callbackHosts,
      ...silo,
      ...providers,
    };
    this.add('control-gateway', 'control-gateway', ports.gateway, gateway);
    for (const [index, port] of furtherGateways.entries()) {
      this.add(`control-gateway-${index + 2}`, 'control-gateway', port, gateway);
    }
  }

  private add(name: string, app: string, port: number, env: Record<string, string>): void {
    this.addProcess(name, app, port, env);
    for (let copy = 2; copy <= (this.options.copies?.[name] ?? 1); copy += 1) {
      this.addProcess(`${name}-${copy}`, app, this.furtherPorts.shift() ?? 0, env);
    }
  }

  private addProcess(name: string, app: string, port: number, env: Record<string, string>): void {
    const { dataDir, onAppLost, env: overrides = {} } = this.options;
    const inherited = Object.entries(environment()).filter(
      ([variable]) => INHERITED.includes(variable) || variable.startsWith('SWITCHYARD_'),
    );
    const options = {
      name,
      script: resolve('dist', 'apps', app, 'main.js'),
      env: {
        ...(Object.fromEntries(inherited) as Record<string, string>),
        SWITCHYARD_LISTEN_PORT: String(port),
        ...env,
        ...overrides['*'],
        ...overrides[app],
        ...overrides[name],
      },
      address: addressOf(port),
      logFile: join(dataDir, 'logs', `${name}.log`),
    };
    this.apps.push(
      new AppProcess(options, (lost, code, signal) => {
        onAppLost?.(name, `ended with ${signal ?? `code ${code}`}; ${options.logFile} says:\n${lost.tail()}`);
      }),
    );
  }

  private find(name: string): AppProcess {
    const app = this.apps.find(({ options }) => options.name === name);
    if (app === undefined)
      throw new Error(`the fleet has no ${name}: it has ${this.apps.map(({ options }) => options.name).join(', ')}`);
    return app;
  }

  private describe(
    ports: Ports,
    databases: FleetDatabases,
    mail: { smtpUrl: string; pageUrl: string },
  ): FleetDescription {
    const { adminToken, slackSigningSecret, githubWebhookSecret } = this.secrets;
    return {
      startedAt: new Date().toISOString(),
      pid: process.pid,
      processStartTime: identify(process.pid).startTime,
      adminToken,
      addresses: {
        gateway: addressOf(ports.gateway),
        gateways: this.apps
          .filter(({ options }) => options.script.includes('control-gateway'))
          .map(({ options }) => options.address),
        regions: { us: addressOf(ports.us), de: addressOf(ports.de) },
        notifier: addressOf(ports.notifier),
        outcomes: addressOf(ports.outcomes),
        mailPage: mail.pageUrl,
        smtp: mail.smtpUrl,
        slack: addressOf(ports.slack),
      },
      processes: this.apps.map((app) => ({ name: app.options.name, ...identify(app.pid) })),
      databases: databases.urls,
      secrets: { slackSigningSecret, githubWebhookSecret },
      callbackOrigin: addressOf(ports.callback),
    };
  }
}

const addressOf = (port: number): string => `http://127.0.0.1:${port}`;
