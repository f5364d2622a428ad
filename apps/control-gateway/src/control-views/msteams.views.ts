import { Inject, Injectable } from '@nestjs/common';
import { DirectoryService } from '@switchyard/directory';
import type { ControlDecision } from '@switchyard/parsers';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { jsonAnswer, problemAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';
import type { ControlView } from './control-views';
import { nameAt, objectAt, textAt } from './payload-text';

const ID_MAX = 64;
const URL_MAX = 500;

/** Teams tells that the bot was added to a team or removed from it: the directory follows (spec: gateway.md §2.3.9). */
@Injectable()
export class TeamsInstallationView implements ControlView {
  readonly name = 'msteams.installation';

  constructor(
    private readonly directory: DirectoryService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async answer({ id, inbound }: EdgeRequest, decision: ControlDecision): Promise<Answer> {
    if (!decision.isVerified) return problemAnswer(401, 'bad_signature', 'the request could not be authenticated');
    const body = inbound.json();
    const channel = objectAt(body, 'channelData');
    const team = objectAt(channel, 'team');
    const teamId = textAt(team, 'id', ID_MAX);
    if (teamId === undefined) return problemAnswer(400, 'bad_body', 'the event names no team');

    const isAdded = body?.['action'] === 'add';
    if (isAdded) {
      await this.directory.installIntegration('msteams', teamId, {
        name: nameAt(team, 'name', 'Microsoft Teams'),
        metadata: {
          installationType: 'team',
          serviceUrl: textAt(body, 'serviceUrl', URL_MAX) ?? null,
          tenantId: textAt(objectAt(channel, 'tenant'), 'id', ID_MAX) ?? null,
        },
      });
    } else {
      await this.directory.switchIntegration('msteams', teamId, 'disabled', teamId);
    }
    const status = isAdded ? 'active' : 'disabled';
    this.logger.info({ request_id: id, provider: 'msteams', external_id: teamId, status }, 'integration.switched');
    return jsonAnswer('control', 204);
  }
}

/** Personal chats and events that belong to no installation: taken, so that Teams does not send them again. */
@Injectable()
export class TeamsMessageView implements ControlView {
  readonly name = 'msteams.message';

  answer(): Promise<Answer> {
    return Promise.resolve(jsonAnswer('control', 204));
  }
}
