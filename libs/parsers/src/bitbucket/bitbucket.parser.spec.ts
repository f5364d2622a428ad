import { mailboxOf } from '../routing';
import { bytesOf, contextOf, describeParser, directoryOf, request } from '../testing';
import type { TestBody } from '../testing';
import { bitbucketParser } from './bitbucket.parser';
import { signBitbucketWebhook } from './bitbucket.signature';
import push from './fixtures/push.json';

const SECRET = 'bitbucket-test-secret';
const ATLASSIAN = '104.192.136.17';
const STRANGER = '203.0.113.9';
const REQUEST_UUID = 'e1f5d6f4-1a2b-4c3d-8e9f-0a1b2c3d4e5f';

const organization = (id: string, region: string | undefined = 'us') => ({ id, slug: `org-${id}`, region });
const provider = 'bitbucket';

/** Organizations by what they have: 1 a secret, 2 none, 3 no integration, 4 no region, 5 to 8 choices of the operator. */
const directory = () =>
  directoryOf(
    {
      'client-1': { id: 71, regions: ['us'], organizationIds: ['1'], provider, webhookSecrets: ['new', SECRET] },
      'client-2': { id: 72, regions: ['us'], organizationIds: ['2', '4'], provider },
      'client-5': { id: 75, regions: ['us'], organizationIds: ['5'], provider, verification: 'require' },
      'client-6': { id: 76, regions: ['us'], organizationIds: ['6'], provider, verification: 'off' },
      'client-7a': { id: 77, regions: ['us'], organizationIds: ['7'], provider, webhookSecrets: ['other'] },
      'client-7b': { id: 78, regions: ['us'], organizationIds: ['7'], provider, webhookSecrets: [SECRET] },
      'client-7c': { id: 79, regions: ['us'], organizationIds: ['7'], provider, verification: 'off' },
      'client-8a': { id: 80, regions: ['us'], organizationIds: ['8'], provider, verification: 'off' },
      'client-8b': { id: 81, regions: ['us'], organizationIds: ['8'], provider },
      'client-9': {
        ...{ id: 82, regions: ['us'], organizationIds: ['9'], provider, webhookSecrets: [SECRET] },
        verification: 'prefer',
      },
      'client-10a': {
        ...{ id: 83, regions: ['us'], organizationIds: ['10'], provider, webhookSecrets: [SECRET] },
        verification: 'prefer',
      },
      'client-10b': { id: 84, regions: ['us'], organizationIds: ['10'], provider },
      // Of another provider: it counts for nothing here.
      'client-3': {
        id: 73,
        regions: ['us'],
        organizationIds: ['3'],
        provider: 'bitbucket_server',
        verification: 'off',
      },
    },
    {
      organizations: [
        ...['1', '2', '3', '5', '6', '7', '8', '9', '10', '9007199254740993'].map((id) => organization(id)),
        { id: '4', slug: 'org-4', region: undefined },
      ],
    },
  );

interface Given {
  readonly organization?: string;
  readonly from?: string;
  readonly headers?: Record<string, string>;
  readonly body?: TestBody;
  readonly method?: string;
}

const webhook = ({ organization: id = '2', from = ATLASSIAN, headers = {}, body = push, method }: Given = {}) =>
  request('webhook', { 'x-event-key': 'repo:push', ...headers }, body, {
    method,
    params: { organization: id },
    senderAddress: from === '' ? undefined : from,
  });
const sign = (body: Buffer) => ({ 'x-hub-signature': signBitbucketWebhook(body, SECRET) });
const signed = (given: Given) =>
  webhook({ ...given, headers: { ...sign(bytesOf(given.body ?? push)), ...given.headers } });

const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });
const because = (text: string) => ({ because: expect.stringContaining(text) });
const verdict = (reason: string) => ({ verification: { kind: 'refused', reason } });
const stored = { kind: 'mailbox', subject: '2', regions: ['us'], ackStatus: 202, eventType: 'push' };

// H numbers are cases of gateway.md §9.4, W numbers weaknesses of §10.
describeParser(
  bitbucketParser,
  directory(),
  [
    ...['descriptor', 'installed', 'uninstalled', 'search'].map((view) => ({
      name: `H19 ${view}`,
      given: request(view, {}, '', { method: 'GET' }),
      expect: { kind: 'control', view: `bitbucket.${view}`, reason: 'control_view', isVerified: false },
    })),
    { name: 'GET', given: webhook({ method: 'GET' }), expect: refused(405, 'method_not_allowed') },

    ...['0', '-1', '1.5', '1e3', '01', 'acme', '%31', '1%00', '9007199254740993', '9'.repeat(30)].map((id) => ({
      name: `W-14 organization ${id.slice(0, 16)}: 404, corrected from 500`,
      given: webhook({ organization: id }),
      expect: refused(404, 'no_organization'),
    })),
    {
      name: '§2.3.7 no mapping of the organization: 404 that says so, corrected from passthrough',
      given: webhook({ organization: '99' }),
      expect: refused(404, 'no_organization'),
    },
    {
      name: 'H20 a region that is not configured: 404 that says so, corrected from passthrough',
      given: webhook({ organization: '4' }),
      expect: refused(404, 'no_mapping'),
    },

    {
      name: 'H21 a push: one mailbox of the organization',
      given: webhook({ headers: { 'x-request-uuid': REQUEST_UUID } }),
      expect: {
        ...stored,
        ...because("Atlassian's addresses"),
        integrationId: '72',
        providerDeliveryId: REQUEST_UUID,
        isVerified: true,
        verification: { kind: 'ok', keyIndex: 0 },
      },
    },
    {
      name: 'W-05 from another address: 401 here, not first in the region',
      given: webhook({ from: STRANGER }),
      expect: { ...refused(401, 'bad_signature'), ...verdict('wrong_address') },
    },
    {
      name: 'a signature proves nothing where no secret is known',
      given: signed({ from: STRANGER }),
      expect: { ...refused(401, 'bad_signature'), ...verdict('wrong_address') },
    },
    {
      name: 'an address that nobody knows: not verified, which the default allows',
      given: webhook({ from: '' }),
      expect: { ...stored, isVerified: false, ...verdict('missing_headers'), ...because('not known') },
    },
    {
      name: 'X-Forwarded-For is what anybody writes',
      given: webhook({ from: STRANGER, headers: { 'x-forwarded-for': ATLASSIAN } }),
      expect: refused(401, 'bad_signature'),
    },

    {
      name: 'no active integration, from an address of Atlassian',
      given: webhook({ organization: '3' }),
      expect: {
        ...{ ...stored, subject: '3', isVerified: true, integrationId: undefined },
        ...because('without an active integration'),
      },
    },
    {
      name: 'no active integration, from another address',
      given: webhook({ organization: '3', from: STRANGER }),
      expect: { ...refused(401, 'bad_signature'), ...verdict('wrong_address') },
    },
    {
      name: 'no active integration, from an address that nobody knows',
      given: webhook({ organization: '3', from: '' }),
      expect: { ...refused(401, 'bad_signature'), ...verdict('missing_headers') },
    },

    {
      name: 'with a secret: signed, from anywhere',
      given: signed({ organization: '1', from: STRANGER }),
      expect: {
        ...{ ...stored, subject: '1', integrationId: '71', isVerified: true },
        ...{ verification: { kind: 'ok', keyIndex: 1 }, ...because('signed') },
      },
    },
    {
      name: "with a secret: not signed, though from Atlassian's addresses",
      given: webhook({ organization: '1' }),
      expect: { ...refused(401, 'bad_signature'), ...verdict('missing_headers') },
    },
    {
      name: 'with a secret: the signature of another body',
      given: webhook({ organization: '1', headers: sign(Buffer.from('other')) }),
      expect: { ...refused(401, 'bad_signature'), ...verdict('mismatch') },
    },
    {
      name: 'with a secret, preferred: not signed',
      given: webhook({ organization: '9', from: STRANGER }),
      expect: { kind: 'mailbox', isVerified: false, integrationId: '82', ...verdict('missing_headers') },
    },
    {
      name: 'several integrations: the one whose secret it was',
      given: signed({ organization: '7', from: STRANGER }),
      expect: { kind: 'mailbox', subject: '7', integrationId: '78', isVerified: true },
    },
    {
      name: 'several integrations: the strictest decides, whatever another has switched off',
      given: webhook({ organization: '7' }),
      expect: { ...refused(401, 'bad_signature'), ...verdict('missing_headers') },
    },
    {
      name: 'several integrations, not signed, which they allow: none of them is named',
      given: webhook({ organization: '10' }),
      expect: { kind: 'mailbox', isVerified: false, integrationId: undefined, ...verdict('missing_headers') },
    },
    {
      name: 'several integrations without a secret: none of them is named',
      given: webhook({ organization: '8' }),
      expect: { kind: 'mailbox', isVerified: true, integrationId: undefined },
    },
    {
      name: 'an operator who requires it, an address that nobody knows',
      given: webhook({ organization: '5', from: '' }),
      expect: refused(401, 'bad_signature'),
    },
    {
      name: 'an operator who switched it off',
      given: webhook({ organization: '6', from: STRANGER }),
      expect: { kind: 'mailbox', isVerified: false, verification: undefined, ...because('verification off') },
    },

    {
      name: 'without X-Event-Key it is stored, so that the region can report it',
      given: webhook({ headers: { 'x-event-key': '' } }),
      expect: { ...stored, eventType: undefined },
    },
    ...['repo:fork', 'pullrequest:created', 'issue:created', 'repo:PUSH', 'push', 'constructor'].map((event) => ({
      name: `W-25 ${event} is dropped: no region handles it`,
      given: webhook({ headers: { 'x-event-key': event } }),
      expect: { ...refused(202, 'dropped_event'), verification: { kind: 'ok', keyIndex: 0 } },
    })),
    {
      name: 'a dropped event of a stranger is refused: that is known first',
      given: webhook({ from: STRANGER, headers: { 'x-event-key': 'repo:fork' } }),
      expect: refused(401, 'bad_signature'),
    },
    ...['{', '[]', '', Buffer.from([0x7b, 0xff, 0x7d])].map((body) => ({
      name: `§2.4 a body of ${JSON.stringify(bytesOf(body).toString('latin1'))} is not parsed`,
      given: webhook({ body, headers: { 'content-type': 'text/plain' } }),
      expect: stored,
    })),
    ...['', 'a b', 'é', 'x'.repeat(65)].map((id) => ({
      name: `X-Request-UUID ${JSON.stringify(id).slice(0, 9)} is passed over`,
      given: webhook({ headers: { 'x-request-uuid': id } }),
      expect: { ...stored, providerDeliveryId: undefined },
    })),
    { name: 'no such path', given: request('unknown'), expect: refused(404, 'unknown_view') },
  ],
  { sign },
);

describe('bitbucket mailboxes and lookups', () => {
  it('§2.5 a mailbox is the organization, in its region, and the event', async () => {
    const decision = await bitbucketParser.decide(webhook(), contextOf(directory()));
    expect(decision.kind === 'mailbox' && mailboxOf(bitbucketParser, decision, 'us')).toBe('bitbucket:us:2:push');
  });

  it('looks up once, by its own provider, and never for what is no id', async () => {
    const recording = directory();
    await bitbucketParser.decide(webhook({ organization: 'acme' }), contextOf(recording));
    expect(recording.lookups).toEqual([]);
    await bitbucketParser.decide(webhook(), contextOf(recording));
    expect(recording.lookups).toEqual(['bitbucket/organization/2']);
  });
});
