import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';

/** Tells repeats early, for handlers whose work is more than changes of this database. */
@Injectable()
export class SettledDeliveries {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** Whether the delivery took effect before. Refusals settle nothing. */
  async has(deliveryId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      "SELECT FROM webhook_delivery WHERE delivery_id = $1 AND outcome <> 'rejected'",
      [deliveryId],
    );
    return rowCount === 1;
  }
}
