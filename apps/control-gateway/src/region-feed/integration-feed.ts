import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { openSecrets } from '@switchyard/directory';
import { INTEGRATION_FEED_PATH, RegionClient, SLACK_IDENTITY_FEED_PATH } from '@switchyard/silo';
import type { FedSlackIdentities } from '@switchyard/silo';
import { OutboxHandlers } from '@switchyard/transactional-outbox';
import type { HandledMessage } from '@switchyard/transactional-outbox';
import { SlackIdentityStore } from '../slack-identities/slack-identity.store';
import regionViewSql from './region-view.sql';
import { readSlackWorkspace } from './workspace-view';

const TIMEOUT_MS = 5_000;
/** People in one request: their ids take a tenth of what a region accepts. */
const STRETCH = 500;

interface Row {
  readonly provider: string;
  readonly external_id: string;
  readonly sealed_secrets: Buffer | null;
}

/**
 * Tells a region the webhook secrets of the integrations that its organizations have, and what it needs of Slack workspaces; and to forget
 * those that they have no longer.
 *
 * Called by the transactional outbox after every change of the directory that may matter (migrations/0003_tell_regions.sql). It reads the
 * state as it is now and sends all of it, so a repeat or a late call changes nothing.
 */
@Injectable()
export class IntegrationFeed implements OnModuleInit {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly keys: KeyRing,
    private readonly regions: RegionClient,
    private readonly handlers: OutboxHandlers,
    private readonly identities: SlackIdentityStore,
  ) {}

  onModuleInit(): void {
    this.handlers.register('integrationUpdate', (message) => this.tell(message));
  }

  /** @throws Error when the region did not take it; the outbox tries again */
  private async tell({ id, destination, objectIdentifier }: HandledMessage): Promise<void> {
    const { rows } = await this.pool.query<Row>(regionViewSql, [objectIdentifier, destination]);
    const [row] = rows;
    const workspace = await readSlackWorkspace({ pool: this.pool, keys: this.keys }, objectIdentifier, destination);
    const facts = {
      integrationId: objectIdentifier,
      provider: row?.provider ?? null,
      webhookSecrets: row === undefined ? [] : this.secretsOf(row),
      slackWorkspace: workspace,
    };
    await this.send({ id, destination, objectIdentifier }, INTEGRATION_FEED_PATH, facts);
    if (workspace === null) return;
    for await (const stretch of this.stretches(objectIdentifier))
      await this.send({ id, destination, objectIdentifier }, SLACK_IDENTITY_FEED_PATH, stretch);
  }

  /** All the people of a workspace, in stretches without a gap. */
  private async *stretches(integrationId: string): AsyncGenerator<FedSlackIdentities> {
    for (let after: string | undefined = ''; after !== undefined;) {
      const people = await this.identities.list(integrationId, after, STRETCH);
      const last: string | undefined = people.length < STRETCH ? undefined : people.at(-1)?.slackUserId;
      const identities = people.map(({ slackUserId, userId }) => ({ slackUserId, userId }));
      yield { integrationId, after, until: last ?? null, identities };
      after = last;
    }
  }

  private async send(
    { id, destination, objectIdentifier }: Pick<HandledMessage, 'destination' | 'id' | 'objectIdentifier'>,
    path: string,
    body: object,
  ): Promise<void> {
    const result = await this.regions.send(destination, {
      method: 'POST',
      pathAndQuery: path,
      headers: ['Content-Type', 'application/json'],
      body: Buffer.from(JSON.stringify(body)),
      integrationId: objectIdentifier,
      isVerified: false,
      deliveryId: `outbox-${id}`,
      timeoutMs: TIMEOUT_MS,
    });
    if (result.kind === 'failure') throw new Error(`the region ${destination} could not be told: ${result.failure}`);
    // A product's own region that does not keep such things says so.
    if (result.status === 404) return;
    if (result.status >= 300) throw new Error(`the region ${destination} answered ${result.status}`);
  }

  private secretsOf({ provider, external_id: externalId, sealed_secrets: sealed }: Row): readonly string[] {
    return sealed === null ? [] : openSecrets(this.keys, provider, externalId, sealed).webhookSecrets;
  }
}
