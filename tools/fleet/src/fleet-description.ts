import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '@switchyard/services';

/** What `.switchyard/fleet.json` says of a running fleet. It holds secrets, so only its owner may read it. */
export interface FleetDescription {
  readonly startedAt: string;
  /** The launcher's process. */
  readonly pid: number;
  /** Tells it from a later process with the same number; absent where the system does not say. */
  readonly processStartTime?: string | undefined;
  readonly adminToken: string;
  readonly addresses: {
    readonly gateway: string;
    readonly regions: Readonly<Record<string, string>>;
    readonly notifier: string;
    readonly outcomes: string;
    readonly mailPage: string;
    readonly smtp: string;
  };
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  /** Connection strings by silo. */
  readonly databases: Readonly<Record<string, string>>;
  readonly secrets: { readonly slackSigningSecret: string; readonly githubWebhookSecret: string };
  /** Where a stand-in of Slack may listen for deferred answers; the gateway is allowed to post there. */
  readonly callbackOrigin: string;
}

const fileIn = (dataDir: string): string => join(dataDir, 'fleet.json');

/** The fleet that runs from this folder; `undefined` when none does. */
export function findRunningFleet(dataDir: string): FleetDescription | undefined {
  let description: FleetDescription;
  try {
    description = JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as FleetDescription;
  } catch {
    return undefined;
  }
  const isAlive = isRunning({ pid: description.pid, startTime: description.processStartTime });
  return isAlive ? description : undefined;
}

export function writeDescription(dataDir: string, description: FleetDescription): void {
  writeFileSync(fileIn(dataDir), `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
}

/** Removes this process's description; another fleet's stays. */
export function removeDescription(dataDir: string): void {
  const running = findRunningFleet(dataDir);
  if (running !== undefined && running.pid !== process.pid) return;
  rmSync(fileIn(dataDir), { force: true });
}
