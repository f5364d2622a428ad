import type { Verdict } from '../handlers/contract';

/** Done, and Slack need not show anything. */
export const EMPTY: Verdict = { kind: 'answered', status: 200, json: undefined };

/** It is about nothing that this region holds; the gateway asks others, or says so. */
export const NOT_HERE: Verdict = { kind: 'answered', status: 403, json: undefined };

/** A short message for the person alone: the gateway posts it to the response URL (slack.md §5.3). */
export function ephemeralText(text: string): Verdict {
  return { kind: 'answered', status: 200, json: { response_type: 'ephemeral', replace_original: false, text } };
}
