import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boolean, integer, json, list, oneOf, SettingsError, text, url } from './setting';
import { describeSettings, settingsDescription } from './settings-document';
import { defineSettings, loadSettings } from './settings-group';

const group = defineSettings('Test', {
  port: integer({ env: 'SWITCHYARD_TEST_PORT', default: '3000', min: 1, max: 65535, description: 'Where.' }),
  isLoud: boolean({ env: 'SWITCHYARD_TEST_LOUD', default: 'false', description: 'Loud.' }),
  level: oneOf({ env: 'SWITCHYARD_TEST_LEVEL', default: 'low', words: ['low', 'high'], description: 'Level.' }),
  names: list({ env: 'SWITCHYARD_TEST_NAMES', default: '', example: 'a,b', description: 'Names.' }),
  database: url({
    env: 'DATABASE_URL',
    schemes: ['postgres'],
    example: 'postgres://h/d',
    isSecret: true,
    description: 'DB.',
  }),
  token: text({ env: 'SWITCHYARD_TEST_TOKEN', optional: true, isSecret: true, description: 'Token.' }),
  shape: json({
    env: 'SWITCHYARD_TEST_SHAPE',
    optional: true,
    accepted: 'JSON number',
    example: '1',
    description: 'Shape.',
    check: (value: unknown): number => {
      if (typeof value !== 'number') throw new Error('it is not a number');
      return value;
    },
  }),
});
const DATABASE_URL = 'postgres://user:hunter2@127.0.0.1/db';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadSettings({ group }, environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe(loadSettings.name, () => {
  it('gives typed values and defaults; an empty variable counts as not set', () => {
    const { group: values } = loadSettings(
      { group },
      { DATABASE_URL, SWITCHYARD_TEST_NAMES: ' a , b,', SWITCHYARD_TEST_LOUD: 'true', SWITCHYARD_TEST_PORT: '' },
    );
    expect(values).toEqual({
      port: 3000,
      isLoud: true,
      level: 'low',
      names: ['a', 'b'],
      database: DATABASE_URL,
      token: undefined,
      shape: undefined,
    });
  });

  it('reports every problem at once, with the variable, what is accepted and an example, and never the value', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://user:hunter2@h/d',
      SWITCHYARD_TEST_PORT: '99999',
      SWITCHYARD_TEST_LEVEL: 'hunter2',
      SWITCHYARD_TEST_SHAPE: '"hunter2"',
    });
    expect(problems).toEqual([
      'SWITCHYARD_TEST_PORT is not valid, it is out of bounds: expected integer from 1 to 65535, for example 3000',
      'SWITCHYARD_TEST_LEVEL is not valid, it is not one of the accepted words: expected `low`, `high`, for example low',
      'DATABASE_URL is not valid, its scheme is not accepted: expected URL starting with postgres://, for example postgres://h/d',
      'SWITCHYARD_TEST_SHAPE is not valid, it is not a number: expected JSON number, or `@file`, for example 1',
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('names a required variable that is missing', () => {
    expect(problemsOf({})).toEqual([expect.stringContaining('DATABASE_URL is not set')]);
  });

  it('does not stay silent about a misspelt name, and knows the nearest one', () => {
    expect(problemsOf({ DATABASE_URL, SWITCHYARD_TEST_PROT: '1' })).toEqual([
      'SWITCHYARD_TEST_PROT is not a setting; did you mean SWITCHYARD_TEST_PORT?',
    ]);
  });

  it('reads @file for secrets and for JSON, and says when it cannot', () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchyard-config-'));
    try {
      const file = join(folder, 'token');
      writeFileSync(file, 'from a file\n');
      const loaded = loadSettings({ group }, { DATABASE_URL, SWITCHYARD_TEST_TOKEN: `@${file}` });
      expect(loaded.group.token).toBe('from a file');
      expect(problemsOf({ DATABASE_URL, SWITCHYARD_TEST_SHAPE: `@${file}.missing` })).toEqual([
        expect.stringContaining('the file that it names cannot be read'),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe(settingsDescription.name, () => {
  it('has an entry per variable, as data', () => {
    const [described] = settingsDescription({ group });
    expect(described?.title).toBe('Test');
    expect(described?.settings.find(({ env }) => env === 'DATABASE_URL')).toEqual({
      env: 'DATABASE_URL',
      description: 'DB.',
      accepted: 'URL starting with postgres://',
      example: 'postgres://h/d',
      isSecret: true,
      isRequired: true,
    });
  });
});

describe(describeSettings.name, () => {
  it('shows values, and of secrets only whether they are set', () => {
    const groups = { group };
    const described = describeSettings(groups, loadSettings(groups, { DATABASE_URL }));
    expect(described).toMatchObject({
      SWITCHYARD_TEST_PORT: 3000,
      DATABASE_URL: 'set',
      SWITCHYARD_TEST_TOKEN: 'not set',
    });
  });
});
