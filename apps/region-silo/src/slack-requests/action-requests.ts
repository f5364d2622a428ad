import { Injectable } from '@nestjs/common';
import type { Verdict } from '../handlers/contract';
import type { SlackCall } from './slack-call';

/** Buttons, selects and modals (spec: slack.md §5.1 to §5.9). */
@Injectable()
export class ActionRequests {
  answer({ payload }: SlackCall): Promise<Verdict> {
    const type = typeof payload['type'] === 'string' ? payload['type'].replaceAll('\0', '\uFFFD') : undefined;
    return Promise.resolve({ kind: 'handled', status: 200, eventType: type === '' ? undefined : type });
  }
}
