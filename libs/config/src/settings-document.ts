import type { Setting } from './setting';
import type { SettingsGroup } from './settings-group';

/** What the start-up log says about the settings: values, and for secrets only whether they are set. */
export function describeSettings(
  groups: Readonly<Record<string, SettingsGroup>>,
  values: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Record<string, unknown> {
  const described: Record<string, unknown> = {};
  for (const [name, group] of Object.entries(groups)) {
    for (const [key, setting] of Object.entries(group.settings)) {
      const value = values[name]?.[key];
      const isSet = value !== undefined && !(Array.isArray(value) && value.length === 0);
      described[setting.env] = setting.isSecret ? (isSet ? 'set' : 'not set') : value;
    }
  }
  return described;
}

/** A setting as the documentation's generator reads it. */
export type SettingDescription = Omit<Setting<unknown>, 'parse' | 'absent'>;

/** An app's settings as data. */
export function settingsDescription(
  groups: Readonly<Record<string, SettingsGroup>>,
): { readonly title: string; readonly settings: readonly SettingDescription[] }[] {
  return Object.values(groups).map((group) => ({
    title: group.title,
    settings: Object.values(group.settings).map(({ parse: _parse, absent: _absent, ...rest }) => rest),
  }));
}
