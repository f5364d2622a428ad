import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { counter } from '@switchyard/telemetry';
import findSpikesSql from './find-spikes.sql';

const HOUR_MS = 3_600_000;

const spikesTotal = counter({
  name: 'switchyard_usage_spikes_total',
  help: 'Spikes of usage that began or ended.',
  labels: ['event'],
});

/** Notices usage far above what is usual for a project. It tells; turning units away is up to whoever takes them. */
@Injectable()
export class SpikeWatch {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Looks at the hour that runs; several processes may. */
  async look(): Promise<{ readonly opened: number; readonly closed: number }> {
    const hour = new Date(Math.floor(this.clock.now() / HOUR_MS) * HOUR_MS);
    const { rows } = await this.pool.query<{ opened: number; closed: number }>(findSpikesSql, [hour]);
    const { opened = 0, closed = 0 } = rows[0] ?? {};
    if (opened > 0) spikesTotal.inc({ event: 'began' }, opened);
    if (closed > 0) spikesTotal.inc({ event: 'ended' }, closed);
    return { opened, closed };
  }
}
