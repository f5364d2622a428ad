import { loadRegionSettings } from './region-settings';

const environment = {
  DATABASE_URL: 'postgres://127.0.0.1/us',
  SWITCHYARD_REGION_NAME: 'us',
  SWITCHYARD_SILO_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}`,
  SWITCHYARD_ADMIN_TOKEN: 'a-token-of-some-length',
  SWITCHYARD_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 2).toString('base64')}`,
};

describe('the settings of a region', () => {
  it('need five values', () => {
    expect(loadRegionSettings(environment)).toMatchObject({
      service: { listenHost: '127.0.0.1', listenPort: 3010 },
      region: { regionName: 'us', deliveryRecordRetentionDays: 30 },
    });
  });

  it.each([
    [{ SWITCHYARD_REGION_NAME: 'US' }],
    [{ SWITCHYARD_REGION_NAME: 'x'.repeat(49) }],
    [{ SWITCHYARD_SLACK_COMMAND: 'switchyard' }],
    [{ SWITCHYARD_DELIVERY_RECORD_RETENTION_DAYS: '3' }],
    [{ SWITCHYARD_ADMIN_TOKEN: '' }],
    [{ SWITCHYARD_ADMIN_TOKEN: 'fifteen-letters' }],
    [{ SWITCHYARD_ADMIN_TOKEN: 'sixteen and a gap' }],
    [{ SWITCHYARD_DOCS_URL: 'javascript:alert(1)' }],
  ])('refuse %j and name the variable', (changes) => {
    expect(() => loadRegionSettings({ ...environment, ...changes })).toThrow(Object.keys(changes)[0]);
  });
});
