import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
    /** Every gateway process, the one above first. */
    readonly gateways: readonly string[];
    readonly regions: Readonly<Record<string, string>>;
    readonly notifier: string;
    readonly outcomes: string;
    readonly mailPage: string;
    readonly smtp: string;
    /** The stand-in of Slack: its pages, and its Web API below `/api/`. */
    readonly slack: string;
  };
  /** The apps; the start time tells one from a later process with the same number. */
  readonly processes: readonly {
    readonly name: string;
    readonly pid: number;
    readonly startTime?: string | undefined;
  }[];
  /** Connection strings by silo. */
  readonly databases: Readonly<Record<string, string>>;
  readonly secrets: { readonly slackSigningSecret: string; readonly githubWebhookSecret: string };
  /** Where somebody else may listen for deferred answers; the gateway is allowed to post there. */
  readonly callbackOrigin: string;
}

const fileIn = (dataDir: string): string => join(dataDir, 'fleet.json');

/** What the last run from this folder wrote, whether it still runs or not. */
export function readDescription(dataDir: string): FleetDescription | undefined {
  try {
    const value = JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Partial<FleetDescription> | null;
    return typeof value?.pid === 'number' && Array.isArray(value.processes) ? (value as FleetDescription) : undefined;
  } catch {
    return undefined;
  }
}

/** The fleet that runs from this folder; `undefined` when none does. */
export function findRunningFleet(dataDir: string): FleetDescription | undefined {
  const description = readDescription(dataDir);
  if (description === undefined) return undefined;
  const isAlive = isRunning({ pid: description.pid, startTime: description.processStartTime });
  return isAlive ? description : undefined;
}

/** Writes it in one step: whoever reads it meanwhile sees the old one or the new one. */
export function writeDescription(dataDir: string, description: FleetDescription): void {
  const draft = `${fileIn(dataDir)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, fileIn(dataDir));
}

/** Removes this process's description; another fleet's stays. */
export function removeDescription(dataDir: string): void {
  const running = findRunningFleet(dataDir);
  if (running !== undefined && running.pid !== process.pid) return;
  rmSync(fileIn(dataDir), { force: true });
}
