import { countUndelivered, findFailures } from './check';
import type { Seen } from './check';
import { answerOnly, stored } from './demo-request';
import type { DemoRequest } from './demo-request';
import type { GatewayRecord, RegionRecord } from './records';
import { sha256Hex } from './signatures';

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
  changes: { request?: Partial<DemoRequest>; status?: number; gateway?: GatewayRecord[]; de?: RegionRecord[] } = {},
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
  return { sent: [sent], records: { gateway, regions }, answersTo: () => [] };
}

describe(findFailures.name, () => {
  it('finds nothing when all is as it must be', () => {
    expect(findFailures(seen())).toEqual([]);
  });

  it.each([
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
    ['a region that has nothing', seen({ de: [] }), 'de received it 0 times instead of 1'],
    ['other bytes', seen({ de: [recorded(Buffer.from('other'))] }), 'de received other bytes'],
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
  ])('finds %s', (_what, given, failure) => {
    expect(findFailures(given).join('\n')).toContain(failure);
  });
});

describe(countUndelivered.name, () => {
  it('counts what the gateway has not finished', () => {
    const { sent, records } = seen({ gateway: [delivered('us')] });
    expect(countUndelivered(sent, records)).toBe(1);
  });
});
