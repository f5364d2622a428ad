import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { messageId } from '../occurrences/message-id';
import { AppSecretBox } from '../platform/app-secrets';
import type { App } from '../platform/app';
import type { DeliveryResult } from '../sending/delivery-result';
import { WebhookSender } from '../sending/webhook-sender';

/** Asks an endpoint whether it works again, with a signed webhook that says that it is one. */
@Injectable()
export class ProbeService {
  private readonly secrets: AppSecretBox;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    keys: KeyRing,
    private readonly sender: WebhookSender,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.secrets = new AppSecretBox(keys);
  }

  async probe(app: App): Promise<DeliveryResult> {
    const { rows } = await this.pool.query<{ sealed_secrets: Buffer; uuid: string | null }>(
      `SELECT app.sealed_secrets, installation.uuid FROM app
       LEFT JOIN app_installation AS installation ON installation.app_id = app.id AND installation.status = 'installed'
       WHERE app.id = $1 ORDER BY installation.id LIMIT 1`,
      [app.id],
    );
    const [row] = rows;
    if (row === undefined) return { kind: 'not_sent', reason: 'no_url' };
    return this.sender.send({
      app: {
        id: app.id,
        // A probe is nobody's failure: it is logged and not counted.
        isInternal: false,
        webhookUrl: app.webhookUrl ?? undefined,
        secrets: this.secrets.open(app.uuid, row.sealed_secrets, this.clock.now()),
      },
      organizationId: app.organizationId,
      event: {
        resource: 'endpoint',
        action: 'probe',
        installationUuid: row.uuid ?? randomUUID(),
        data: {},
        actor: { kind: 'system' },
      },
      deliveryId: messageId(this.clock.now()),
      attempt: 1,
    });
  }
}
