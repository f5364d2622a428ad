import { UnauthorizedException, Injectable } from '@nestjs/common';
import type { Transaction } from '@switchyard/database';
import { OccurrenceIntake } from '../occurrences/occurrence-intake.service';
import type { NewDelivery } from '../occurrences/occurrence-intake.service';
import type { Installation } from './app';

/** The person who installs or removes an app. */
export interface ActingUser {
  readonly id: number;
  readonly name: string;
}

const ACTIONS: readonly string[] = ['created', 'deleted'];

/**
 * Tells an app that it was installed in an organization, or removed (spec: outgoing-webhooks.md §1).
 *
 * It writes in the transaction of the change; the sending comes after its commit. So a broken app can neither keep anybody from
 * removing it nor miss that it was.
 */
@Injectable()
export class InstallationNotifier {
  constructor(private readonly intake: OccurrenceIntake) {}

  /**
   * @returns what to announce once the transaction is committed
   * @throws UnauthorizedException `Invalid action '…'` for anything but `created` and `deleted`; nothing is written then
   */
  async notify(
    transaction: Transaction,
    installation: Installation,
    user: ActingUser,
    action: string,
  ): Promise<readonly NewDelivery[]> {
    if (!ACTIONS.includes(action)) throw new UnauthorizedException(`Invalid action '${action}'`);
    const { id, uuid, organizationId } = installation;
    const occurrenceId = await this.intake.write(transaction, {
      key: `installation:${uuid}:${action}`,
      organizationId,
      resource: 'installation',
      action,
      data: { installation: describe(installation, action) },
      actor: { kind: 'user', ...user },
    });
    if (occurrenceId === undefined) return [];
    const { rows } = await transaction.query<NewDelivery>(
      `INSERT INTO app_delivery (occurrence_id, app_id, installation_id, action) VALUES ($1, $2, $3, $4)
       RETURNING id::text, app_id::text AS "appId"`,
      [occurrenceId, installation.appId, id, action],
    );
    return rows;
  }

  announce(deliveries: readonly NewDelivery[]): void {
    this.intake.announce(deliveries);
  }
}

/** §1.4, with the code and the ids that apps need to finish the exchange. */
function describe(installation: Installation, action: string): Readonly<Record<string, unknown>> {
  const { appUuid, appSlug, appId, organizationSlug, organizationId, uuid, status, code } = installation;
  return {
    app: { uuid: appUuid, slug: appSlug, sentryAppId: Number(appId) },
    organization: { slug: organizationSlug, id: organizationId },
    uuid,
    status,
    ...(action === 'created' ? { code } : {}),
  };
}
