import { countUndelivered, runChecks } from './check';
import type { Seen } from './check';
import { answerOnly, stored } from './demo-request';
import type { DemoRequest } from './demo-request';
import type { GatewayRecord, MailboxTotals, RegionRecord } from './records';
import { NO_ANSWER } from './send';
import { sha256Hex } from './signatures';
import type { PostedAnswer } from './slack/slack-control';

const body = Buffer.from('the body');
const at = '2026-11-20T12:00:00.000Z';
const request: DemoRequest = {
  kind: 'github-app',
  label: 'push',
  path: '/',
  headers: [],
  body,
  providerDeliveryId: 'guid',
  times: 1,
  expected: stored(202, ['us', 'de']),
};

const delivered = (region: string, outcome = 'delivered'): GatewayRecord => ({
  storedWebhookId: '1',
  region,
  providerDeliveryId: 'guid',
  outcome,
  receivedAt: at,
  finishedAt: at,
});
const recorded = (bytes = body, outcome = 'handled'): RegionRecord => ({
  deliveryId: 'w-1',
  providerDeliveryId: 'guid',
  bodySha256: sha256Hex(bytes),
  outcome,
  receivedAt: at,
});

function seen(
  changes: {
    request?: Partial<DemoRequest>;
    status?: number;
    gateway?: GatewayRecord[];
    de?: RegionRecord[];
    unreadable?: string[];
    posted?: PostedAnswer[];
    after?: Partial<MailboxTotals>;
  } = {},
): Seen {
  const sent = {
    request: { ...request, ...changes.request },
    status: changes.status ?? 202,
    answeredBy: 'gateway',
    answer: '',
    durationMs: 1,
  };
  const gateway = changes.gateway ?? [delivered('us'), delivered('de')];
  const regions = new Map([
    ['us', [recorded()]],
    ['de', changes.de ?? [recorded()]],
  ]);
  const before = { waiting: 0, delivered: 5, dead: 1 };
  const posted = changes.posted ?? [];
  return {
    sent: [sent],
    records: { gateway, regions, unreadable: changes.unreadable ?? [] },
    posted,
    answersTo: () => posted,
    totals: { before, after: { ...before, ...changes.after } },
  };
}

const failuresOf = (given: Seen): readonly string[] => runChecks(given).flatMap(({ failures }) => failures);

describe(runChecks.name, () => {
  it('finds nothing when all is as it must be', () => {
    expect(failuresOf(seen())).toEqual([]);
  });

  it.each([
    ['no answer at all', seen({ status: NO_ANSWER }), 'was not answered'],
    ['another status', seen({ status: 500 }), 'answered 500 instead of 202'],
    [
      'a region that the gateway did not deliver to',
      seen({ gateway: [delivered('us')] }),
      'delivered to [us] instead of [de,us]',
    ],
    [
      'a delivery that was rejected',
      seen({ gateway: [delivered('us'), delivered('de', 'rejected_conflict')] }),
      'ended as rejected_conflict',
    ],
    ['a region that has nothing', seen({ de: [] }), 'de received it 0 times instead of once'],
    ['other bytes', seen({ de: [recorded(Buffer.from('other'))] }), 'de received other bytes'],
    ['a region that does not answer', seen({ unreadable: ['region us is down'] }), 'region us is down'],
    ['a second effect', seen({ de: [recorded(), recorded()] }), 'de received it 2 times'],
    [
      'a forged one that went through',
      seen({ request: { expected: answerOnly([401], ['gateway']) } }),
      'us received it and should not have',
    ],
    [
      'a deferred answer that never came',
      seen({ request: { expected: { ...stored(202, ['us', 'de']), deferred: { token: 't', includes: 'x' } } } }),
      'nothing was posted',
    ],
    ['a message that nobody expected', seen({ posted: [{ path: '/commands/x', body: '{}' }] }), 'at /commands/x'],
    ['rows that still wait', seen({ after: { waiting: 2 } }), '2 stored webhooks still wait'],
    ['rows that were given up', seen({ after: { dead: 3 } }), '2 stored webhooks ended without'],
  ])('finds %s', (_what, given, failure) => {
    expect(failuresOf(given).join('\n')).toContain(failure);
  });
});

describe(countUndelivered.name, () => {
  it('counts what the gateway has not finished', () => {
    const { sent, records } = seen({ gateway: [delivered('us')] });
    expect(countUndelivered(sent, records)).toBe(1);
  });

  it('counts regions that are asked after the answer', () => {
    const action = {
      providerDeliveryId: undefined,
      expected: { ...answerOnly([200], ['gateway']), recordedBy: ['de'] },
    };
    const late = seen({ request: action, de: [] });
    expect(countUndelivered(late.sent, late.records)).toBe(1);
    const there = seen({ request: action });
    expect(countUndelivered(there.sent, there.records)).toBe(0);
  });
});
