import { HttpPools } from '@switchyard/http-client';
import { systemClock } from '@switchyard/primitives';
import { RegionClient } from '../region.client';
import { RegionDirectory } from '../region-directory';
import { testKeys } from './signed-request';

/** A region client with its connections. */
export interface OpenRegionClient {
  readonly client: RegionClient;
  close(): Promise<void>;
}

/** A region client for stand-ins of regions, by name and address. */
export function openRegionClient(addresses: Readonly<Record<string, string>>): OpenRegionClient {
  const pools = new HttpPools({ connectionsPerOrigin: 8, connectTimeoutMs: 1000 });
  const regions = Object.entries(addresses).map(([name, address], index) => ({
    name,
    address,
    snowflakeId: index + 1,
    category: 'MULTI_TENANT' as const,
    isVisible: true,
  }));
  const client = new RegionClient({
    directory: new RegionDirectory(regions),
    pools,
    keys: testKeys('k1'),
    clock: systemClock,
  });
  return { client, close: () => pools.close() };
}
