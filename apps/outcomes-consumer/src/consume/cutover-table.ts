import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { COUNTING_RULES } from '../buckets/counting-mode';
import type { CountingMode } from '../buckets/counting-mode';

interface Cutover {
  readonly fromMs: number;
  readonly mode: CountingMode;
}

/** Which generation of the counting rule holds for whom from when; times are the broker's, so that a replay decides alike. */
@Injectable()
export class CutoverTable {
  private byOrg: ReadonlyMap<number, readonly Cutover[]> = new Map();

  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** Reads the table; a new cut-over is to lie in the future by more than the time between two calls. */
  async refresh(): Promise<void> {
    const { rows } = await this.pool.query<{ org: string; at: Date; mode: string }>(
      'SELECT org_id AS org, from_time AS at, mode FROM counting_cutover ORDER BY from_time DESC',
    );
    const byOrg = new Map<number, Cutover[]>();
    for (const { org, at, mode } of rows) {
      if (!Object.hasOwn(COUNTING_RULES, mode)) continue;
      const list = byOrg.get(Number(org)) ?? [];
      list.push({ fromMs: at.getTime(), mode: mode as CountingMode });
      byOrg.set(Number(org), list);
    }
    this.byOrg = byOrg;
  }

  /** The organization's own cut-over, else the one of all (0), else none. */
  modeFor(orgId: number, brokerMs: number): CountingMode | undefined {
    const find = (org: number) => this.byOrg.get(org)?.find(({ fromMs }) => fromMs <= brokerMs)?.mode;
    return find(orgId) ?? find(0);
  }
}
