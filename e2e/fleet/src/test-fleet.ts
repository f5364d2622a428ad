import { createHmac, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SAMPLE_GITHUB_INSTALLATION, startFleet } from '@switchyard/fleet';
import type { FleetDescription, FleetOptions, RunningFleet } from '@switchyard/fleet';

/** A fleet of one spec file, with what the specs ask it. */
export interface TestFleet extends RunningFleet {
  readonly gateway: string;
  /** Port of the gateway. */
  readonly port: number;
}

/** Starts a fleet on free ports with a data folder of its own; it goes with `stop`. */
export async function startTestFleet(options: Partial<FleetOptions> = {}): Promise<TestFleet> {
  if (!existsSync('dist/apps/control-gateway/main.js')) {
    throw new Error('the apps are not bundled: run node tools/build.mjs first (npm test does)');
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'switchyard-e2e-'));
  const fleet = await startFleet({ dataDir, hasAnyPorts: true, ...options });
  const { gateway } = fleet.description.addresses;
  return {
    ...fleet,
    gateway,
    port: Number(new URL(gateway).port),
    async stop() {
      await fleet.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A push of a repository as GitHub sends it; `sequence` tells it from others. */
export function push(repository: number, sequence: number): Buffer {
  return Buffer.from(
    JSON.stringify({
      ref: 'refs/heads/main',
      sequence,
      installation: { id: Number(SAMPLE_GITHUB_INSTALLATION) },
      repository: { id: repository, name: `r${repository}`, full_name: `acme/r${repository}` },
      commits: [
        {
          id: createHmac('sha1', 'commit').update(`${repository}:${sequence}`).digest('hex'),
          message: `change ${sequence}`,
          timestamp: '2026-11-20T12:00:00Z',
          author: { name: 'Ada', email: 'ada@example.com' },
        },
      ],
    }),
  );
}

/** GitHub's headers for a body, signed with the fleet's secret. */
export function githubHeaders({ secrets }: FleetDescription, body: Buffer, event = 'push'): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secrets.githubWebhookSecret).update(body).digest('hex')}`,
  };
}

/** Slack's headers for a body, signed with the fleet's secret. */
export function slackHeaders(
  { secrets }: FleetDescription,
  body: string | Buffer,
  contentType: string,
  ageSeconds = 0,
): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const mac = createHmac('sha256', secrets.slackSigningSecret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return { 'content-type': contentType, 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${mac}` };
}

/** The sum of a counter over all lines that hold every given label. */
export async function metric(
  origin: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Reads an admin API. */
export async function admin<Answer>({ adminToken }: FleetDescription, url: string): Promise<Answer> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${adminToken}` } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Answer;
}
