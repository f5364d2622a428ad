import { Inject, Injectable } from '@nestjs/common';
import { DirectoryService } from '@switchyard/directory';
import type { ControlDecision } from '@switchyard/parsers';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { jsonAnswer, problemAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';
import type { ControlView } from './control-views';
import { objectAt, textAt } from './payload-text';

const ID_MAX = 64;

/**
 * Vercel tells that the integration was removed from an account: the directory follows (spec: gateway.md §2.2, §2.3.11). Its other
 * events are taken and need nothing. The parser has checked the signature.
 */
@Injectable()
export class VercelWebhookView implements ControlView {
  readonly name = 'vercel.webhook';

  constructor(
    private readonly directory: DirectoryService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async answer({ id, inbound }: EdgeRequest, decision: ControlDecision): Promise<Answer> {
    if (!decision.isVerified) return problemAnswer(401, 'bad_signature', 'the request could not be authenticated');
    const body = inbound.json();
    if (body === undefined) return problemAnswer(400, 'bad_body', 'the body is not a JSON object');
    if (body['type'] !== 'integration-configuration.removed') return jsonAnswer('control', 204);

    const payload = objectAt(body, 'payload');
    const account = textAt(objectAt(payload, 'team'), 'id', ID_MAX) ?? textAt(objectAt(payload, 'user'), 'id', ID_MAX);
    if (account === undefined) return problemAnswer(400, 'bad_body', 'the event names neither a team nor a user');
    const removed = textAt(objectAt(payload, 'configuration'), 'id', ID_MAX);
    const current = await this.directory.getIntegration('vercel', account);
    // An account may have been connected anew under another configuration; that one stays.
    const known = current?.metadata['configurationId'];
    if (current !== null && (known === undefined || known === removed)) {
      await this.directory.switchIntegration('vercel', account, 'disabled', account);
      this.logger.info(
        { request_id: id, provider: 'vercel', external_id: account, status: 'disabled' },
        'integration.switched',
      );
    }
    return jsonAnswer('control', 204);
  }
}
