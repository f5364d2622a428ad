import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';

/** One finished stored webhook, without its payload. */
export interface DeliveryRecord {
  readonly storedWebhookId: string;
  readonly mailbox: string;
  readonly region: string;
  readonly provider: string;
  readonly integrationId: string | null;
  readonly providerDeliveryId: string | null;
  readonly eventType: string | null;
  readonly requestId: string;
  readonly outcome: string;
  readonly status: number | null;
  readonly attempts: number;
  readonly receivedAt: Date;
  readonly finishedAt: Date;
  readonly bodyBytes: number;
  readonly bodySha256: string;
}

/** A mailbox that has rows. */
export interface MailboxRecord {
  readonly mailbox: string;
  readonly region: string;
  readonly waiting: number;
  readonly attempts: number;
  readonly oldestReceivedAt: Date;
  readonly dueAt: Date | null;
  readonly isClaimed: boolean;
  /** Whether an operator holds it. */
  readonly isHeld: boolean;
  /** Now minus when its first webhook was due; 0 while it waits for the end of a backoff. */
  readonly latenessSeconds: number;
}

/** Sums over all mailboxes. */
export interface DeliveryTotals {
  readonly waiting: number;
  readonly delivered: number;
  readonly dead: number;
}

/** Which deliveries to list; all given conditions must hold. */
export interface DeliveryFilter {
  readonly provider?: string;
  readonly providerDeliveryId?: string;
  readonly region?: string;
  readonly mailbox?: string;
  readonly outcome?: string;
  /** Any of these integrations. */
  readonly integrationIds?: readonly string[];
  /** Finished at this time or later, ISO 8601. */
  readonly since?: string;
  /** Finished before this time. */
  readonly until?: string;
  /** Records of older stored webhooks than this id. */
  readonly before?: string;
  readonly limit: number;
}

/** Answers operators' questions about stored delivery. */
@Injectable()
export class DeliveryHistoryService {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** Finished deliveries, newest first. */
  async list(filter: DeliveryFilter): Promise<readonly DeliveryRecord[]> {
    const { rows } = await this.pool.query<DeliveryRecord>(
      `SELECT stored_webhook_id AS "storedWebhookId", mailbox, region, provider, integration_id AS "integrationId",
         provider_delivery_id AS "providerDeliveryId", event_type AS "eventType", request_id AS "requestId", outcome,
         status, attempts, received_at AS "receivedAt", finished_at AS "finishedAt", body_bytes AS "bodyBytes",
         encode(body_sha256, 'hex') AS "bodySha256"
       FROM delivery
       WHERE ($1::text IS NULL OR provider = $1) AND ($2::text IS NULL OR provider_delivery_id = $2)
         AND ($3::text IS NULL OR region = $3) AND ($4::text IS NULL OR mailbox = $4)
         AND ($5::text IS NULL OR outcome = $5) AND ($6::bigint IS NULL OR stored_webhook_id < $6)
         AND ($8::bigint[] IS NULL OR integration_id = ANY ($8))
         AND ($9::timestamptz IS NULL OR finished_at >= $9) AND ($10::timestamptz IS NULL OR finished_at < $10)
       ORDER BY stored_webhook_id DESC
       LIMIT $7`,
      [
        filter.provider ?? null,
        filter.providerDeliveryId ?? null,
        filter.region ?? null,
        filter.mailbox ?? null,
        filter.outcome ?? null,
        filter.before ?? null,
        filter.limit,
        filter.integrationIds ?? null,
        filter.since ?? null,
        filter.until ?? null,
      ],
    );
    return rows;
  }

  /** Mailboxes that have rows, the one with the oldest row first. */
  async mailboxes(limit: number): Promise<readonly MailboxRecord[]> {
    const { rows } = await this.pool.query<MailboxRecord>(
      `SELECT waiting.mailbox, waiting.region, waiting.count AS waiting, waiting.attempts,
         waiting.oldest AS "oldestReceivedAt", nullif(box.due_at, '-infinity') AS "dueAt",
         coalesce(box.claimed_until > now(), false) AS "isClaimed",
         is_held(waiting.mailbox) AS "isHeld",
         greatest(0, extract(epoch FROM now() - greatest(waiting.oldest, coalesce(box.due_at, waiting.oldest))))::float8
           AS "latenessSeconds"
       FROM (SELECT mailbox, min(region) AS region, count(*)::int AS count, max(attempts) AS attempts,
               min(received_at) AS oldest
             FROM stored_webhook GROUP BY mailbox) AS waiting
       LEFT JOIN mailbox AS box ON box.name = waiting.mailbox
       ORDER BY waiting.oldest
       LIMIT $1`,
      [limit],
    );
    return rows;
  }

  /** How many wait, and how many ended how within the retention. */
  async totals(): Promise<DeliveryTotals> {
    const { rows } = await this.pool.query<DeliveryTotals>(
      `SELECT (SELECT coalesce(sum(webhooks), 0)::int FROM stored_total) AS waiting,
         count(*) FILTER (WHERE outcome = 'delivered')::int AS delivered,
         count(*) FILTER (WHERE outcome <> 'delivered')::int AS dead
       FROM delivery`,
    );
    return rows[0] ?? { waiting: 0, delivered: 0, dead: 0 };
  }
}
