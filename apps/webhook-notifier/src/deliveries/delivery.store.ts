import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { Batcher } from '@switchyard/primitives';
import type { AppKind, AppState } from '../platform/app';
import { WEBHOOK_SETTINGS } from '../webhook.settings';
import type { WebhookSettings } from '../webhook.settings';
import claimSql from './claim.sql';
import endSql from './end.sql';
import postponeSql from './postpone.sql';

/** A delivery that this process may make now, with all that it takes. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly attempts: number;
  readonly action: string;
  readonly sealed_settings: Buffer | null;
  readonly is_replay: boolean;
  readonly app_id: string;
  readonly app_uuid: string;
  readonly kind: AppKind;
  readonly state: AppState;
  readonly webhook_url: string | null;
  readonly sealed_secrets: Buffer;
  readonly app_name: string;
  readonly installation_uuid: string;
  readonly organization_id: string;
  readonly installation_status: string;
  readonly key: string;
  readonly message_id: string;
  readonly resource: string;
  readonly sealed: Buffer;
}

/** How a delivery ended. */
export interface EndedDelivery {
  readonly id: string;
  readonly status: 'cancelled' | 'dead' | 'delivered';
  readonly reason: string | null;
}

/** Room for the request, its record and the end of the row; after a crash the delivery is tried again when it is over. */
const CLAIM_SLACK_MS = 10_000;
const BATCH_ROWS = 100;
const BATCHES_IN_FLIGHT = 2;

/**
 * Claims and ends deliveries. Under load many share one statement and one commit, as a commit costs more than all the rest of it; a
 * single one does not wait for others.
 */
@Injectable()
export class DeliveryStore implements OnModuleDestroy {
  private readonly claims: Batcher<string, ClaimedDelivery | undefined>;
  private readonly ends: Batcher<EndedDelivery, void>;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(WEBHOOK_SETTINGS) private readonly settings: WebhookSettings,
  ) {
    const common = {
      maxItems: BATCH_ROWS,
      maxBytes: Infinity,
      concurrency: BATCHES_IN_FLIGHT,
      maxWaiting: Infinity,
      sizeOf: () => 1,
      isItemError: () => false,
    };
    this.claims = new Batcher({ ...common, flush: (ids) => this.claimAll(ids) });
    this.ends = new Batcher({ ...common, flush: (ended) => this.endAll(ended) });
  }

  async onModuleDestroy(): Promise<void> {
    await this.claims.close();
    await this.ends.close();
  }

  /** `undefined` when it is not due, has ended, or is being made elsewhere. */
  claim(id: string): Promise<ClaimedDelivery | undefined> {
    return this.claims.add(id);
  }

  end(ended: EndedDelivery): Promise<void> {
    return this.ends.add(ended);
  }

  /** Puts a delivery off; ends it when its app was disabled meanwhile and `endsWithApp`. */
  async postpone(
    { id, app_id: appId }: ClaimedDelivery,
    delayMs: number,
    reason: string,
    endsWithApp: boolean,
  ): Promise<void> {
    await this.pool.query({
      name: 'notifier-postpone-delivery',
      text: postponeSql,
      values: [id, delayMs, reason, appId, endsWithApp],
    });
  }

  private async claimAll(ids: readonly string[]): Promise<readonly (ClaimedDelivery | undefined)[]> {
    const { rows } = await this.pool.query<ClaimedDelivery>({
      name: 'notifier-claim-deliveries',
      text: claimSql,
      values: [ids, this.settings.totalTimeoutMs + CLAIM_SLACK_MS],
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id));
  }

  private async endAll(ended: readonly EndedDelivery[]): Promise<readonly void[]> {
    await this.pool.query({
      name: 'notifier-end-deliveries',
      text: endSql,
      values: [ended.map(({ id }) => id), ended.map(({ status }) => status), ended.map(({ reason }) => reason)],
    });
    return ended.map(() => undefined);
  }
}
