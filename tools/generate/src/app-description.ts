import { execFileSync } from 'node:child_process';
import type { SettingDescription } from '@switchyard/config';
import type { MetricDescription } from '@switchyard/telemetry';

/** What an app says of itself with `--describe`. */
export interface AppDescription {
  readonly app: string;
  readonly groups: readonly { readonly title: string; readonly settings: readonly SettingDescription[] }[];
  readonly metrics: readonly MetricDescription[];
}

const APPS = ['control-gateway', 'region-silo', 'webhook-notifier', 'outcomes-consumer'];

/** Asks each bundled app. */
export function describeApps(): readonly AppDescription[] {
  return APPS.map((app) => {
    const output = execFileSync(process.execPath, [`dist/apps/${app}/main.js`, '--describe'], { encoding: 'utf8' });
    return JSON.parse(output) as AppDescription;
  });
}
