import type { AppDescription } from './app-description';

interface ChartSchema {
  readonly definitions: {
    readonly app: {
      readonly properties: { readonly settings: { readonly propertyNames: { not: { enum: string[] } } } };
    };
  };
}

/** The schema of the chart's values, with the secret settings that it must refuse as plain values as they are now. */
export function chartSchema(apps: readonly AppDescription[], text: string): string {
  const secrets = apps.flatMap(({ groups }) =>
    groups.flatMap(({ settings }) => settings.filter(({ isSecret }) => isSecret).map(({ env }) => env)),
  );
  const schema = JSON.parse(text) as ChartSchema;
  schema.definitions.app.properties.settings.propertyNames.not.enum = [...new Set(secrets)].sort();
  return JSON.stringify(schema);
}
