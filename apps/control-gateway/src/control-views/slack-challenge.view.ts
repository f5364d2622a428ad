import { Injectable } from '@nestjs/common';
import { jsonAnswer, problemAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';
import type { ControlView } from './control-views';

/** Slack's URL verification: the challenge comes back (spec: slack.md §4.8). The parser has checked the signature. */
@Injectable()
export class SlackChallengeView implements ControlView {
  readonly name = 'slack.challenge';

  async answer({ inbound }: EdgeRequest): Promise<Answer> {
    const challenge = inbound.json()?.['challenge'];
    await Promise.resolve();
    if (typeof challenge !== 'string') return problemAnswer(400, 'bad_body', 'the challenge is missing');
    return jsonAnswer('control', 200, { challenge });
  }
}
