import { Inject, Injectable } from '@nestjs/common';
import { DirectoryService } from '@switchyard/directory';
import type { EntryStatus } from '@switchyard/directory';
import { isJsonObject } from '@switchyard/parsers';
import type { ControlDecision, JsonObject } from '@switchyard/parsers';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { jsonAnswer, problemAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';
import type { ControlView } from './control-views';

/** What each action of an `installation` event makes of the integration. */
const STATUS_AFTER: Readonly<Record<string, EntryStatus>> = {
  created: 'active',
  unsuspend: 'active',
  deleted: 'disabled',
  suspend: 'disabled',
};

const NAME_MAX = 200;

/**
 * GitHub tells of the app's own installations (spec: gateway.md §2.3.2): the directory follows. An unsigned one is refused,
 * whatever the settings: it would let anybody switch integrations off.
 */
@Injectable()
export class GithubInstallationView implements ControlView {
  readonly name = 'github.installation';

  constructor(
    private readonly directory: DirectoryService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async answer({ id, inbound }: EdgeRequest, decision: ControlDecision): Promise<Answer> {
    if (!decision.isVerified) {
      return problemAnswer(401, 'bad_signature', 'installation events need SWITCHYARD_GITHUB_WEBHOOK_SECRETS');
    }
    const body = inbound.json();
    const installation = isJsonObject(body?.['installation']) ? body['installation'] : undefined;
    const externalId = installation?.['id'];
    if (installation === undefined || !Number.isSafeInteger(externalId)) {
      return problemAnswer(400, 'bad_body', 'the event names no installation');
    }
    const action = String(body?.['action']);
    // The repositories of an installation are the regions' business; control keeps none.
    const status = inbound.header('x-github-event') === 'installation' ? STATUS_AFTER[action] : undefined;
    if (status !== undefined) {
      await this.directory.switchIntegration('github', String(externalId), status, accountOf(installation));
      this.logger.info({ request_id: id, external_id: externalId, status }, 'integration.switched');
    }
    return jsonAnswer('control', 204);
  }
}

function accountOf(installation: JsonObject): string {
  const account = isJsonObject(installation['account']) ? installation['account']['login'] : undefined;
  const name = typeof account === 'string' ? account.replaceAll(/\p{Cc}/gu, '').slice(0, NAME_MAX) : '';
  return name === '' ? 'GitHub' : name;
}
