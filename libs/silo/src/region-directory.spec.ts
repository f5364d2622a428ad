import { RegionDirectory, RegionResolutionError } from './region-directory';
import type { Region } from './region-directory';

const region = (name: string): Region => ({
  name,
  address: `http://${name}.test`,
  snowflakeId: 1,
  category: 'MULTI_TENANT',
  isVisible: true,
});

describe(RegionDirectory.name, () => {
  const directory = new RegionDirectory([region('us'), region('de')]);

  it('finds regions by name and lists them sorted', () => {
    expect(directory.get('us')).toEqual(region('us'));
    expect(directory.find('de')).toEqual(region('de'));
    expect(directory.has('us')).toBe(true);
    expect(directory.all().map(({ name }) => name)).toEqual(['de', 'us']);
  });

  it('knows no other', () => {
    expect(directory.find('US')).toBeUndefined();
    expect(directory.has('__proto__')).toBe(false);
    expect(() => directory.get('moon')).toThrow(RegionResolutionError);
    expect(() => directory.get('moon')).toThrow(
      expect.objectContaining({ code: 'SWY_SILO_UNKNOWN_REGION', details: { region: 'moon' } }),
    );
  });
});
