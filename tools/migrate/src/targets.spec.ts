import type { FleetDescription } from '@switchyard/fleet';
import { targetsOf } from './targets';

const url = (name: string): string => `postgres://127.0.0.1/${name}`;
const fleet = {
  databases: Object.fromEntries(['control', 'us', 'de', 'notifier', 'outcomes'].map((name) => [name, url(name)])),
} as unknown as FleetDescription;

describe('targetsOf', () => {
  it('finds all databases of a fleet, each with its app', () => {
    expect(targetsOf(undefined, fleet, {}).map(({ name, app }) => `${name}=${app}`)).toEqual([
      'control=control-gateway',
      'us=region-silo',
      'de=region-silo',
      'notifier=webhook-notifier',
      'outcomes=outcomes-consumer',
    ]);
  });

  it('takes one database by DATABASE_URL and the app, also beside a fleet', () => {
    const target = { name: 'region-silo', app: 'region-silo', databaseUrl: url('eu') };
    expect(targetsOf('region-silo', fleet, { DATABASE_URL: url('eu') })).toEqual([target]);
  });

  it.each([
    ['a fleet that does not run', undefined, {}, /No fleet runs/],
    ['an app without a database', 'region-silo', {}, /DATABASE_URL is not set/],
    ['an app that is none', 'console', { DATABASE_URL: url('eu') }, /--app is one of/],
  ])('refuses %s in words', (_what, app, environment, message) => {
    expect(() => targetsOf(app, undefined, environment)).toThrow(message);
  });
});
