import { createHash } from 'node:crypto';
import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { buildMessages, EmailQueue, spikeNotice, usageNotice } from '@switchyard/email';
import { categoryOfId } from '@switchyard/outcomes';
import { counter, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { Job } from 'bullmq';
import { z } from 'zod';
import { auditApp, SYSTEM_ACTOR } from '../platform/audit';
import { WEBHOOK_SETTINGS } from '../webhook.settings';
import type { WebhookSettings } from '../webhook.settings';

/** BullMQ queue by which the outcomes consumer tells what happened to usage. A job may come twice. */
export const USAGE_NOTICE_QUEUE = 'usage-notices';

const id = z.union([z.string(), z.number()]).transform(String);
const notice = z.discriminatedUnion('kind', [
  z.object({
    noticeId: id,
    kind: z.literal('quota_threshold'),
    data: z.object({
      organization_id: id,
      project_id: id.nullish(),
      quota_id: id,
      threshold_percent: z.coerce.number(),
      limit: z.coerce.number(),
    }),
  }),
  z.object({
    noticeId: id,
    kind: z.literal('usage_spike'),
    data: z.object({
      organization_id: id,
      project_id: id,
      category: z.coerce.number(),
      quantity: z.coerce.number(),
      threshold: z.coerce.number(),
    }),
  }),
  z.object({
    noticeId: id,
    kind: z.literal('first_custom_metric'),
    data: z.object({ organization_id: id, project_id: id }).loose(),
  }),
]);

type NoticeOf<Kind extends string> = Extract<z.output<typeof notice>, { kind: Kind }>;

const noticesTotal = counter({
  name: 'switchyard_usage_notices_total',
  help: 'Notices of usage that arrived, by kind.',
  labels: ['kind'],
});

/** Tells owners that a quota is used up, or nearly, or that usage jumps; notes a project's first custom metric. The same notice twice is one mail. */
@Processor(USAGE_NOTICE_QUEUE)
export class UsageNoticeProcessor extends WorkerHost {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly emails: EmailQueue,
    @Inject(WEBHOOK_SETTINGS) private readonly settings: WebhookSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  override async process(job: Job<unknown>): Promise<void> {
    const parsed = notice.safeParse(job.data);
    if (!parsed.success) {
      noticesTotal.inc({ kind: 'refused' });
      this.logger.error({ job: job.id, field: parsed.error.issues[0]?.path.join('.') }, 'usage_notice.refused');
      return;
    }
    noticesTotal.inc({ kind: parsed.data.kind });
    switch (parsed.data.kind) {
      case 'quota_threshold':
        return this.tellOfQuota(parsed.data);
      case 'usage_spike':
        return this.tellOfSpike(parsed.data);
      case 'first_custom_metric':
        return this.note(parsed.data);
    }
  }

  private tellOfQuota({ noticeId, data }: NoticeOf<'quota_threshold'>): Promise<void> {
    const notice = usageNotice({
      organizationId: data.organization_id,
      projectId: data.project_id ?? undefined,
      quotaId: data.quota_id,
      percent: data.threshold_percent,
      limit: data.limit,
      link: this.settings.usageLink,
    });
    return this.tell(noticeId, data.organization_id, 'usage.quota', notice);
  }

  private tellOfSpike({ noticeId, data }: NoticeOf<'usage_spike'>): Promise<void> {
    const notice = spikeNotice({
      projectId: data.project_id,
      category: categoryOfId(data.category) ?? String(data.category),
      quantity: data.quantity,
      threshold: data.threshold,
      link: this.settings.usageLink,
    });
    return this.tell(noticeId, data.organization_id, 'usage.spike', notice);
  }

  private async tell(
    noticeId: string,
    organizationId: string,
    type: string,
    { subject, content }: ReturnType<typeof usageNotice>,
  ): Promise<void> {
    const { rows } = await this.pool.query<{ email: string }>(
      'SELECT email FROM organization_owner WHERE organization_id = $1 AND is_verified ORDER BY email LIMIT 100',
      [organizationId],
    );
    for (const { email } of rows) {
      const [message] = buildMessages([email], { subject, from: this.emails.from, content: () => content, type });
      const owner = createHash('sha256').update(email).digest('hex').slice(0, 16);
      if (message !== undefined)
        await this.emails.sendAsync({ ...message, messageId: `<usage-${noticeId}.${owner}@${this.emails.domain}>` });
    }
  }

  private async note({ noticeId, data }: NoticeOf<'first_custom_metric'>): Promise<void> {
    const found = await this.pool.query(
      `SELECT FROM app_audit_log WHERE organization_id = $1 AND event = 'project.first-custom-metric' AND data->>'noticeId' = $2`,
      [data.organization_id, noticeId],
    );
    if (found.rowCount === 0)
      await auditApp(this.pool, data.organization_id, 'project.first-custom-metric', SYSTEM_ACTOR, {
        noticeId,
        project_id: data.project_id,
      });
  }
}
