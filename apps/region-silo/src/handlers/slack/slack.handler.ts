import { verifySlackSignature } from '@switchyard/parsers';
import { defineRegionProvider } from '../contract';
import type { HandlerCall, HandlerSettings, RegionView, RejectedVerdict, Verdict } from '../contract';
import { readSlackPayload } from './slack-payload';
import type { SlackPayload, SlackView } from './slack-payload';

/** Slack repeats an event that is refused; one that is broken stays broken (spec: slack.md §4.7). */
const NO_RETRY = { 'x-slack-no-retry': '1' } as const;

const MEDIA_TYPES: Readonly<Record<SlackView, string>> = {
  action: 'application/x-www-form-urlencoded',
  commands: 'application/x-www-form-urlencoded',
  event: 'application/json',
  'options-load': 'application/x-www-form-urlencoded',
};

/** Slack's requests (spec: slack.md §4, §6.3). Texts are answered at once; events and actions are recorded. */
export const slackRegion = defineRegionProvider({
  provider: 'slack',
  createHandler: (settings) => ({
    views: new Map([
      ['action', viewOf('action', true, settings)],
      ['commands', viewOf('commands', false, settings)],
      ['event', viewOf('event', true, settings)],
      ['options-load', viewOf('options-load', false, settings)],
    ]),
  }),
});

function viewOf(view: SlackView, isRecorded: boolean, settings: HandlerSettings): RegionView {
  return { isRecorded, judge: (call) => judgeSlack(view, call, settings) };
}

function judgeSlack(view: SlackView, call: HandlerCall, settings: HandlerSettings): Verdict | Promise<Verdict> {
  const refusal = refusalOf(call, settings.slackSigningSecrets);
  if (refusal !== undefined) return reject(view, 401, 'bad_signature', refusal);
  if (call.request.mediaType !== MEDIA_TYPES[view]) {
    return reject(view, 415, 'bad_content_type', `expected ${MEDIA_TYPES[view]}`);
  }
  const payload = readSlackPayload(view, call.request);
  return payload.kind === 'broken' ? reject(view, 400, 'bad_body', payload.because) : answer(payload, call, settings);
}

async function answer(
  payload: Exclude<SlackPayload, { kind: 'broken' }>,
  call: HandlerCall,
  settings: HandlerSettings,
): Promise<Verdict> {
  if (payload.kind === 'challenge') {
    return { kind: 'answered', status: 200, json: { challenge: payload.challenge } };
  }
  const verdict = await carryOut(payload, call, settings);
  const { request, pass } = call;
  const { integrationId } = pass;
  settings.slackRequests.log.write({ kind: payload.kind, request, payload: payload.payload, integrationId, verdict });
  return verdict;
}

function carryOut(
  payload: Exclude<SlackPayload, { kind: 'broken' | 'challenge' }>,
  call: HandlerCall,
  settings: HandlerSettings,
): Promise<Verdict> {
  const { slackRequests } = settings;
  const slackCall = { ...call, payload: payload.payload };
  switch (payload.kind) {
    case 'event':
      return slackRequests.events.answer(slackCall, payload);
    case 'action':
      return slackRequests.actions.answer(slackCall);
    case 'command':
      return slackRequests.commands.answer(slackCall, payload.text, settings);
    case 'options-load':
      return slackRequests.options.answer(slackCall);
  }
}

/** Why the request is not Slack's, or `undefined`. Without secrets of its own, a region relies on the gateway's check. */
function refusalOf({ request, pass, nowMs }: HandlerCall, signingSecrets: readonly string[]): string | undefined {
  if (signingSecrets.length === 0) {
    return pass.isVerified ? undefined : 'not verified by the gateway, and this region has no signing secret';
  }
  const verdict = verifySlackSignature(
    request.body,
    { signature: request.header('x-slack-signature'), timestamp: request.header('x-slack-request-timestamp') },
    // A request that waited or was sent again is as genuine as before: the gateway saw it while it was fresh.
    { signingSecrets, nowMs, isAgeIgnored: pass.isVerified },
  );
  return verdict.kind === 'ok' ? undefined : `Slack's signature: ${verdict.reason}`;
}

function reject(view: SlackView, status: number, error: string, because: string): RejectedVerdict {
  return { kind: 'rejected', status, error, because, ...(view === 'event' ? { headers: NO_RETRY } : {}) };
}
