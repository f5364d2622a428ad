import { loadSettings } from '@switchyard/config';
import { regionClientSettings, regionSettings } from './region-settings';

const load = (regions: unknown) =>
  loadSettings({ regionSettings }, { SWITCHYARD_REGIONS: JSON.stringify(regions) }).regionSettings.regions;
const us = { name: 'us', address: 'http://127.0.0.1:3010', snowflakeId: 1 };

describe('SWITCHYARD_REGIONS', () => {
  it('reads a list, with defaults', () => {
    const de = { name: 'de', address: 'HTTPS://Region.DE.test:443//', snowflakeId: 0, category: 'SINGLE_TENANT' };
    expect(load([us, { ...de, visible: false }])).toEqual([
      { name: 'us', address: 'http://127.0.0.1:3010', snowflakeId: 1, category: 'MULTI_TENANT', isVisible: true },
      { name: 'de', address: 'https://region.de.test', snowflakeId: 0, category: 'SINGLE_TENANT', isVisible: false },
    ]);
  });

  it('reads a single object', () => expect(load(us)).toHaveLength(1));

  it('takes IPv6 addresses', () =>
    expect(load({ ...us, address: 'http://[::1]:80' })).toMatchObject([{ address: 'http://[::1]' }]));

  it.each([
    ['no region', [], 'at least one region'],
    ['no list', 7, 'at `0`'],
    ['a name with a capital', { ...us, name: 'US' }, 'at `0.name`'],
    ['a long name', { ...us, name: 'a'.repeat(49) }, 'at `0.name`'],
    ['no name', { ...us, name: undefined }, 'at `0.name`'],
    ['a path', { ...us, address: 'http://host/path' }, 'at `0.address`'],
    ['a query', { ...us, address: 'http://host?x' }, 'at `0.address`'],
    ['credentials', { ...us, address: 'http://user:pass@host' }, 'at `0.address`'],
    ['another scheme', { ...us, address: 'ftp://host' }, 'at `0.address`'],
    ['a large number', { ...us, snowflakeId: 4096 }, 'at `0.snowflakeId`'],
    ['a fraction', { ...us, snowflakeId: 1.5 }, 'at `0.snowflakeId`'],
    ['an unknown category', { ...us, category: 'OTHER' }, 'at `0.category`'],
    ['an unknown key', { ...us, snowflake_id: 2 }, 'snowflake_id'],
    ['one name twice', [us, { ...us, snowflakeId: 2 }], 'the same name'],
    ['one number twice', [us, { ...us, name: 'de' }], 'the same snowflakeId'],
  ])('refuses %s', (_, regions, message) => expect(() => load(regions)).toThrow(message));
});

describe('settings of the client', () => {
  it('have defaults', () => {
    expect(loadSettings({ regionClientSettings }, {}).regionClientSettings).toEqual({
      connectionsPerRegion: 128,
      connectTimeoutMs: 2000,
      maxResponseBytes: 4_194_304,
    });
  });
});
