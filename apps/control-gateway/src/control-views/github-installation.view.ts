import { Inject, Injectable } from '@nestjs/common';
import { DirectoryService } from '@switchyard/directory';
import type { EntryStatus } from '@switchyard/directory';
import { isJsonObject } from '@switchyard/parsers';
import type { ControlDecision, InboundRequest, JsonObject } from '@switchyard/parsers';
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

/** Which of GitHub's editions: how its installations are named in the directory. */
interface Edition {
  readonly provider: string;
  /** The directory's id of an installation; `undefined` when the request does not say which server it is of. */
  readonly externalIdOf: (request: InboundRequest, installationId: string) => string | undefined;
}

const GITHUB: Edition = { provider: 'github', externalIdOf: (_request, installationId) => installationId };
const GITHUB_ENTERPRISE: Edition = {
  provider: 'github_enterprise',
  externalIdOf: (request, installationId) => {
    const host = request.header('x-github-enterprise-host');
    return host ? `${host}:${installationId}` : undefined;
  },
};

/**
 * GitHub tells of the app's own installations (spec: gateway.md §2.3.2, §2.3.3): the directory follows. An unsigned one is
 * refused, whatever the settings: it would let anybody switch integrations off.
 */
class InstallationView implements ControlView {
  readonly name: string;

  constructor(
    private readonly edition: Edition,
    private readonly directory: DirectoryService,
    private readonly logger: Logger,
  ) {
    this.name = `${edition.provider}.installation`;
  }

  async answer({ id, inbound }: EdgeRequest, decision: ControlDecision): Promise<Answer> {
    const { provider, externalIdOf } = this.edition;
    if (!decision.isVerified) {
      return problemAnswer(401, 'bad_signature', 'installation events need a secret and a signature made with it');
    }
    const body = inbound.json();
    const installation = isJsonObject(body?.['installation']) ? body['installation'] : undefined;
    const installationId = installation?.['id'];
    const externalId = Number.isSafeInteger(installationId) ? externalIdOf(inbound, String(installationId)) : undefined;
    if (installation === undefined || externalId === undefined) {
      return problemAnswer(400, 'bad_body', 'the event names no installation');
    }
    const action = String(body?.['action']);
    // The repositories of an installation are the regions' business; control keeps none.
    const status = inbound.header('x-github-event') === 'installation' ? STATUS_AFTER[action] : undefined;
    if (status !== undefined) {
      await this.directory.switchIntegration(provider, externalId, status, accountOf(installation));
      this.logger.info({ request_id: id, provider, external_id: externalId, status }, 'integration.switched');
    }
    return jsonAnswer('control', 204);
  }
}

@Injectable()
export class GithubInstallationView extends InstallationView {
  constructor(directory: DirectoryService, @Inject(LOGGER) logger: Logger) {
    super(GITHUB, directory, logger);
  }
}

@Injectable()
export class GithubEnterpriseInstallationView extends InstallationView {
  constructor(directory: DirectoryService, @Inject(LOGGER) logger: Logger) {
    super(GITHUB_ENTERPRISE, directory, logger);
  }
}

function accountOf(installation: JsonObject): string {
  const account = isJsonObject(installation['account']) ? installation['account']['login'] : undefined;
  const name = typeof account === 'string' ? account.replaceAll(/\p{Cc}/gu, '').slice(0, NAME_MAX) : '';
  return name === '' ? 'GitHub' : name;
}
