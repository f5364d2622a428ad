import { Injectable } from '@nestjs/common';
import type { Verdict } from '../handlers/contract';
import type { SlackCall } from './slack-call';

/** An event's facts, checked already. */
export interface SlackEventFacts {
  readonly type: string;
  readonly eventId: string | undefined;
}

/** Events: shared links, direct messages, mentions, channels that change (spec: slack.md §6.1, §6.2). */
@Injectable()
export class EventRequests {
  answer(_call: SlackCall, { type, eventId }: SlackEventFacts): Promise<Verdict> {
    return Promise.resolve({ kind: 'handled', status: 200, eventType: type, providerDeliveryId: eventId });
  }
}
