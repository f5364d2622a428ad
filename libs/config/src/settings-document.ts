import type { SettingsGroup } from './settings-group';

/** The Markdown of docs/settings.md: one table per group. */
export function documentSettings(groups: readonly SettingsGroup[]): string {
  const sections = groups.map((group) => {
    const rows = Object.values(group.settings).map((setting) => {
      const defaultText = setting.isRequired
        ? 'required'
        : setting.defaultText === undefined
          ? 'not set'
          : `\`${setting.defaultText}\``;
      const secret = setting.isSecret ? ' Secret.' : '';
      return `| \`${setting.env}\` | ${cell(setting.accepted)} | ${cell(defaultText)} | ${cell(setting.description)}${secret} |`;
    });
    return [
      `## ${group.title}`,
      '',
      '| Variable | Accepted | Default | What it does |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return [
    '# Settings',
    '',
    'Generated from the schemas by `npm run generate`; do not edit. An empty variable counts as not set. A secret, and a',
    'value whose accepted form says so, may be given as `@path` of a file.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

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

/** Prints an app's settings for the generator of docs/settings.md (`main.js --describe-settings`). */
export function printSettings(app: string, groups: Readonly<Record<string, SettingsGroup>>): void {
  const described = Object.values(groups).map((group) => ({
    title: group.title,
    settings: Object.values(group.settings).map(({ parse: _parse, ...rest }) => rest),
  }));
  process.stdout.write(`${JSON.stringify({ app, groups: described })}\n`);
}
