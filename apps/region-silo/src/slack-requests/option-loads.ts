import { Injectable } from '@nestjs/common';
import type { Verdict } from '../handlers/contract';
import type { SlackCall } from './slack-call';

/** The search for somebody to assign (spec: slack.md §5.10). */
@Injectable()
export class OptionLoads {
  answer(_call: SlackCall): Promise<Verdict> {
    return Promise.resolve({ kind: 'answered', status: 200, json: { option_groups: [] } });
  }
}
