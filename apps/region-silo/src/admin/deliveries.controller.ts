import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import type { RecordedOutcome } from '../deliveries/delivery-record';
import { AdminGuard, badQuery, deliveryPage, pageOf, readQuery } from '@switchyard/admin-api';
import type { Page } from '@switchyard/admin-api';
import listDeliveriesSql from './list-deliveries.sql';

/** A delivery record, as operators see it. */
export interface DeliveryItem {
  readonly deliveryId: string;
  readonly providerDeliveryId: string | null;
  readonly provider: string;
  readonly view: string;
  readonly eventType: string | null;
  readonly integrationId: string | null;
  /** Hexadecimal. */
  readonly bodySha256: string;
  readonly bodyBytes: number;
  readonly receivedAt: Date;
  readonly handledAt: Date;
  readonly outcome: RecordedOutcome;
  readonly status: number;
}

/** What the gateway delivered here, and what became of it. */
@Controller('admin/api/deliveries')
@UseGuards(AdminGuard)
export class DeliveriesController {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** One page, the newest first. */
  @Get()
  async list(@Query() query: unknown): Promise<Page<DeliveryItem>> {
    const { provider, limit, after } = readQuery(deliveryPage, query);
    const receivedAt = after === undefined ? null : await this.receivedAtOf(after);
    const { rows } = await this.pool.query<DeliveryItem>(listDeliveriesSql, [
      provider ?? null,
      receivedAt,
      after ?? null,
      limit + 1,
    ]);
    return pageOf(rows, limit, ({ deliveryId }) => deliveryId);
  }

  /** As text: a JavaScript date has only milliseconds. */
  private async receivedAtOf(deliveryId: string): Promise<string> {
    const { rows } = await this.pool.query<{ received_at: string }>(
      'SELECT received_at::text FROM webhook_delivery WHERE delivery_id = $1',
      [deliveryId],
    );
    const [row] = rows;
    if (row === undefined) throw badQuery('after: there is no such delivery, or not any more');
    return row.received_at;
  }
}
