import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { HttpPools } from '@switchyard/http-client';

/** Closes the connections to regions in the last of Nest's hooks, after the drains and deferred requests that use them. */
@Injectable()
export class RegionConnections implements OnApplicationShutdown {
  constructor(private readonly pools: HttpPools) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pools.close();
  }
}
