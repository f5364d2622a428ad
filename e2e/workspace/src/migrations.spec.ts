import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultyOptOuts, migrationRisks } from '@switchyard/database';

const ROOT = join(__dirname, '..', '..', '..');

const files = ['apps', 'libs'].flatMap((parent) =>
  readdirSync(join(ROOT, parent)).flatMap((project) => {
    const folder = join(parent, project, 'migrations');
    try {
      return readdirSync(join(ROOT, folder)).map((name) => join(folder, name));
    } catch {
      return [];
    }
  }),
);

const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('the migrations of the workspace', () => {
  it('are all found', () => {
    expect(files.length).toBeGreaterThan(25);
    expect(files).toContain('libs/outbox/migrations/0001_stored_webhooks.sql');
  });

  it.each(files)('%s hurts no version that still serves, or says why it may (`-- allow-risk RULE: reason`)', (file) => {
    expect(migrationRisks(textOf(file)).filter(({ allowedBecause }) => allowedBecause === undefined)).toEqual([]);
  });

  it.each(files)('%s allows nothing that it does not do, and nothing without a reason', (file) => {
    expect(faultyOptOuts(textOf(file))).toEqual([]);
  });
});
