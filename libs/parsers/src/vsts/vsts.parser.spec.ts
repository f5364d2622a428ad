import { mailboxOf } from '../routing';
import { bytesOf, contextOf, describeParser, directoryOf, request } from '../testing';
import type { TestBody } from '../testing';
import workItemUpdated from './fixtures/workitem-updated.json';
import { vstsParser } from './vsts.parser';

const SECRET = 'subscription-secret';
const KNOWN = workItemUpdated.resourceContainers.collection.id;

const collections = () =>
  directoryOf({
    [KNOWN]: { id: 7, regions: ['us', 'de'], webhookSecrets: ['new', SECRET] },
    nobody: { id: 8, regions: [], organizationIds: [], webhookSecrets: [SECRET] },
    unmapped: { id: 9, regions: [], webhookSecrets: [SECRET] },
    open: { id: 10, regions: ['us'] },
    strict: { id: 11, regions: ['us'], verification: 'require' },
    lenient: { id: 12, regions: ['us'], webhookSecrets: [SECRET], verification: 'prefer' },
    off: { id: 13, regions: ['us'], webhookSecrets: [SECRET], verification: 'off' },
    // Never to be found: what is no text names no collection.
    '31': { id: 99, regions: ['us'] },
    null: { id: 99, regions: ['us'] },
    undefined: { id: 99, regions: ['us'] },
  });

const of = (id: unknown) => ({ ...workItemUpdated, resourceContainers: { collection: { id } } });
const given = (body: TestBody = workItemUpdated, headers: Record<string, string> = {}) =>
  request('issue-updated', headers, body);
const signed = (body: TestBody = workItemUpdated, secret = SECRET) => given(body, { 'shared-secret': secret });

const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });
const stored = { kind: 'mailbox', subject: '7', integrationId: '7', regions: ['de', 'us'], ackStatus: 202 };

// T numbers are cases of gateway.md §9.5, W numbers weaknesses of §10.
describeParser(
  vstsParser,
  collections(),
  [
    {
      name: 'GET',
      given: request('issue-updated', {}, '', { method: 'GET' }),
      expect: { ...refused(405, 'method_not_allowed'), headers: { allow: 'POST' } },
    },
    ...['{', '[]', 'null', '', Buffer.from([0x7b, 0xff, 0x7d])].map((body) => ({
      name: `§2.4 a body of ${JSON.stringify(bytesOf(body).toString('latin1'))}: 400`,
      given: signed(body),
      expect: refused(400, 'bad_body'),
    })),
    ...[undefined, null, 31, true, [KNOWN], { id: KNOWN }, '', 'x'.repeat(65), 'a\0b'].map((id) => ({
      name: `W-26 collection ${JSON.stringify(id)?.slice(0, 20)} is not looked up`,
      given: signed(of(id)),
      expect: refused(400, 'no_integration'),
    })),
    ...[null, 'text', [], {}, { collection: null }, { collection: [] }].map((resourceContainers) => ({
      name: `resourceContainers ${JSON.stringify(resourceContainers)}`,
      given: signed({ ...workItemUpdated, resourceContainers }),
      expect: refused(400, 'no_integration'),
    })),
    { name: 'T13 an unknown collection', given: signed(of('unknown')), expect: refused(400, 'no_integration') },
    { name: '§2.4 no organization links', given: signed(of('nobody')), expect: refused(400, 'no_organization') },
    {
      name: 'W-15 links without a mapping: 400, corrected from 202 with nothing stored',
      given: signed(of('unmapped')),
      expect: refused(400, 'no_mapping'),
    },
    {
      name: 'T14 a known collection: one row in each region, ordered by integration',
      given: signed(),
      expect: {
        ...stored,
        providerDeliveryId: workItemUpdated.id,
        isVerified: true,
        verification: { kind: 'ok', keyIndex: 1 },
      },
    },
    {
      name: '§2.3.8 whatever the content type says',
      given: given(workItemUpdated, { 'shared-secret': SECRET, 'content-type': 'text/plain' }),
      expect: { ...stored, isVerified: true },
    },
    ...['', 'a b', 'é', 'x'.repeat(65), 5, null].map((id) => ({
      name: `a notification id of ${JSON.stringify(id).slice(0, 9)} is passed over`,
      given: signed({ ...workItemUpdated, id }),
      expect: { ...stored, providerDeliveryId: undefined },
    })),
    {
      name: 'W-05 no secret: 401 here, not first in the region',
      given: given(),
      expect: { ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason: 'missing_headers' } },
    },
    {
      name: 'W-05 a wrong secret',
      given: signed(workItemUpdated, 'guess'),
      expect: { ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason: 'mismatch' } },
    },
    {
      name: 'a wrong secret tells nothing of organizations',
      given: signed(of('nobody'), 'guess'),
      expect: refused(401, 'bad_signature'),
    },
    {
      name: 'an integration without a secret: not verified',
      given: signed(of('open')),
      expect: { kind: 'mailbox', isVerified: false, verification: { kind: 'refused', reason: 'not_configured' } },
    },
    {
      name: 'an integration without a secret that must be verified',
      given: signed(of('strict')),
      expect: refused(401, 'not_configured'),
    },
    {
      name: 'an operator who prefers it: no secret sent',
      given: given(of('lenient')),
      expect: { kind: 'mailbox', subject: '12', isVerified: false },
    },
    {
      name: 'an operator who prefers it: a wrong one',
      given: signed(of('lenient'), 'guess'),
      expect: refused(401, 'bad_signature'),
    },
    {
      name: 'an operator who switched it off',
      given: signed(of('off'), 'guess'),
      expect: { kind: 'mailbox', subject: '13', isVerified: false, verification: undefined },
    },
    ...['search', 'configure'].map((view) => ({
      name: `T16 ${view}`,
      given: request(view, {}, '', { method: 'GET' }),
      expect: { kind: 'control', view: `vsts.${view}`, reason: 'control_view' },
    })),
    { name: 'no such path', given: request('unknown'), expect: refused(404, 'unknown_view') },
  ],
  { sign: () => ({ 'shared-secret': SECRET }) },
);

describe('vsts mailboxes and lookups', () => {
  it('§2.5 a mailbox is the integration in its region', async () => {
    const decision = await vstsParser.decide(signed(), contextOf(collections()));
    expect(decision.kind === 'mailbox' && mailboxOf(vstsParser, decision, 'us')).toBe('vsts:us:7');
  });

  it('looks up once, by its own provider, and never without a usable id', async () => {
    const directory = collections();
    for (const id of [undefined, 31, '', 'a\0b']) await vstsParser.decide(signed(of(id)), contextOf(directory));
    expect(directory.lookups).toEqual([]);
    await vstsParser.decide(signed(), contextOf(directory));
    expect(directory.lookups).toEqual([`vsts/${KNOWN}`]);
  });
});
