import { Controller, Get, Query } from '@nestjs/common';
import { DeliveryHistoryService } from '@switchyard/outbox';
import type { DeliveryRecord, DeliveryTotals, MailboxRecord } from '@switchyard/outbox';
import { z } from 'zod';
import { AdminController, bigintId, Operation, readParameters } from '../admin';
import { OrganizationIntegrations } from '../moves/organization-integrations';

const word = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'control characters are not accepted')
  .optional();
const time = z.iso.datetime({ offset: true }).optional();
const limit = z.coerce.number().int().min(1).max(500).default(100);

const deliveryQuery = z.strictObject({
  provider: word,
  providerDeliveryId: word,
  region: word,
  mailbox: word,
  outcome: word,
  integrationId: bigintId.optional(),
  organizationId: bigintId.optional(),
  since: time,
  until: time,
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
  constructor(
    private readonly history: DeliveryHistoryService,
    private readonly organizations: OrganizationIntegrations,
  ) {}

  @Get('deliveries')
  @Operation({
    id: 'listDeliveries',
    summary: 'Finished deliveries, newest first',
    answers: anyObject,
    isList: true,
    query: deliveryQuery,
  })
  async deliveries(@Query() query: unknown): Promise<{ items: readonly DeliveryRecord[] }> {
    const { integrationId, organizationId, ...filter } = readParameters(deliveryQuery, query);
    const integrationIds = await this.integrationsOf(integrationId, organizationId);
    return { items: await this.history.list({ ...filter, integrationIds }) };
  }

  /** `undefined` for all. */
  private async integrationsOf(
    integrationId: string | undefined,
    organizationId: string | undefined,
  ): Promise<readonly string[] | undefined> {
    if (organizationId === undefined) return integrationId === undefined ? undefined : [integrationId];
    const installed = (await this.organizations.list(organizationId)).map((one) => one.integrationId);
    return integrationId === undefined ? installed : installed.filter((id) => id === integrationId);
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
