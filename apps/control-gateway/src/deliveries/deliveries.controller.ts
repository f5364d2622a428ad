import { Controller, Get, Query } from '@nestjs/common';
import { DeliveryHistoryService } from '@switchyard/outbox';
import type { DeliveryRecord, DeliveryTotals, MailboxRecord } from '@switchyard/outbox';
import { z } from 'zod';
import { AdminController, Operation, readParameters } from '../admin';

const word = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'control characters are not accepted')
  .optional();
const limit = z.coerce.number().int().min(1).max(500).default(100);

const deliveryQuery = z.strictObject({
  provider: word,
  providerDeliveryId: word,
  region: word,
  mailbox: word,
  outcome: word,
  before: z
    .string()
    .regex(/^\d{1,18}$/, 'must be a storedWebhookId')
    .optional(),
  limit,
});
const mailboxQuery = z.strictObject({ limit });

const anyObject = { type: 'object', additionalProperties: true };

/** What became of stored webhooks. */
@Controller('admin/api')
@AdminController('deliveries')
export class DeliveriesController {
  constructor(private readonly history: DeliveryHistoryService) {}

  @Get('deliveries')
  @Operation({
    id: 'listDeliveries',
    summary: 'Finished deliveries, newest first',
    answers: anyObject,
    isList: true,
    query: deliveryQuery,
  })
  async deliveries(@Query() query: unknown): Promise<{ items: readonly DeliveryRecord[] }> {
    return { items: await this.history.list(readParameters(deliveryQuery, query)) };
  }

  @Get('mailboxes')
  @Operation({
    id: 'listMailboxes',
    summary: 'Mailboxes that have rows, the one waiting longest first, with totals over all',
    answers: anyObject,
    isList: true,
    query: mailboxQuery,
  })
  async mailboxes(@Query() query: unknown): Promise<{ items: readonly MailboxRecord[]; totals: DeliveryTotals }> {
    const page = readParameters(mailboxQuery, query);
    const [items, totals] = await Promise.all([this.history.mailboxes(page.limit), this.history.totals()]);
    return { items, totals };
  }
}
