import { documentSettings } from '@switchyard/config';
import { regionSettingsGroups } from './region-settings';

/** What `--describe-settings` prints: the generated page and the names, for whoever starts several apps. */
export function describeRegionSettings(): string {
  const groups = Object.values(regionSettingsGroups);
  return JSON.stringify({
    app: 'region-silo',
    markdown: documentSettings(groups),
    names: groups.flatMap((group) => Object.values(group.settings).map(({ env }) => env)),
  });
}
