import { signBitbucketWebhook } from '../bitbucket/bitbucket.signature';
import { mailboxOf } from '../routing';
import { bytesOf, contextOf, describeParser, directoryOf, request } from '../testing';
import type { TestBody } from '../testing';
import { bitbucketServerParser } from './bitbucket-server.parser';
import refsChanged from './fixtures/refs-changed.json';

const SECRET = 'bitbucket-server-test-secret';
const REQUEST_ID = '6a0e7b1c-3d4e-4f5a-8b9c-0d1e2f3a4b5c';
const provider = 'bitbucket_server';

/** Organization 1 has integrations of every kind, 2 one of its own, 3 none that counts, 4 no region. */
const directory = () =>
  directoryOf(
    {
      'bitbucket.acme.example:a': {
        ...{ id: 71, regions: ['us'], organizationIds: ['1'], provider },
        webhookSecrets: ['new', SECRET],
      },
      'bitbucket.acme.example:b': { id: 72, regions: ['us'], organizationIds: ['1', '4'], provider },
      'bitbucket.acme.example:c': {
        ...{ id: 73, regions: ['us'], organizationIds: ['1'], provider },
        verification: 'require',
      },
      'bitbucket.acme.example:d': {
        ...{ id: 74, regions: ['us'], organizationIds: ['1'], provider, webhookSecrets: [SECRET] },
        verification: 'off',
      },
      'bitbucket.other.example:a': { id: 75, regions: ['de'], organizationIds: ['2'], provider },
      'client-3': { id: 76, regions: ['us'], organizationIds: ['3'], provider: 'bitbucket' },
    },
    {
      organizations: [
        { id: '1', slug: 'org-1', region: 'us' },
        { id: '2', slug: 'org-2', region: 'de' },
        { id: '3', slug: 'org-3', region: 'us' },
        { id: '4', slug: 'org-4', region: undefined },
      ],
    },
  );

interface Given {
  readonly organization?: string;
  readonly integration?: string;
  readonly headers?: Record<string, string>;
  readonly body?: TestBody;
  readonly method?: string;
}

const webhook = ({ organization = '1', integration = '72', headers = {}, body = refsChanged, method }: Given = {}) =>
  request('webhook', { 'x-event-key': 'repo:refs_changed', ...headers }, body, {
    method,
    params: { organization, integration },
  });
const sign = (body: Buffer) => ({ 'x-hub-signature': signBitbucketWebhook(body, SECRET) });
const signed = (given: Given) => webhook({ ...given, headers: { ...sign(bytesOf(given.body ?? refsChanged)) } });

const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });
const verdict = (reason: string) => ({ verification: { kind: 'refused', reason } });
const stored = { kind: 'mailbox', subject: '1', regions: ['us'], ackStatus: 202, eventType: 'push' };
const notAnId = ['0', '-1', '1.5', '1e3', '01', 'acme', '%31', '1%00', '9007199254740993', '9'.repeat(30)];

// H numbers are cases of gateway.md §9.4 (those of Bitbucket), W numbers weaknesses of §10.
describeParser(
  bitbucketServerParser,
  directory(),
  [
    { name: 'GET', given: webhook({ method: 'GET' }), expect: refused(405, 'method_not_allowed') },
    ...notAnId.map((organization) => ({
      name: `W-14 organization ${organization.slice(0, 16)}: 404, corrected from 500`,
      given: webhook({ organization }),
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
    ...notAnId.map((integration) => ({
      name: `integration ${integration.slice(0, 16)} is none`,
      given: webhook({ integration }),
      expect: refused(400, 'no_integration'),
    })),
    {
      name: 'W-05 an integration of another organization, corrected from stored',
      given: webhook({ integration: '75' }),
      expect: refused(400, 'no_integration'),
    },
    {
      name: 'W-27 an integration of another provider',
      given: webhook({ organization: '3', integration: '76' }),
      expect: refused(400, 'no_integration'),
    },
    {
      name: 'H21 a push: one mailbox of the organization',
      given: webhook({ headers: { 'x-request-id': REQUEST_ID } }),
      expect: {
        ...stored,
        integrationId: '72',
        providerDeliveryId: REQUEST_ID,
        isVerified: false,
        ...verdict('not_configured'),
      },
    },
    {
      name: 'H21 in the region of its organization',
      given: webhook({ organization: '2', integration: '75' }),
      expect: { kind: 'mailbox', subject: '2', integrationId: '75', regions: ['de'] },
    },
    {
      name: 'with a secret: signed',
      given: signed({ integration: '71' }),
      expect: { ...stored, integrationId: '71', isVerified: true, verification: { kind: 'ok', keyIndex: 1 } },
    },
    {
      name: 'W-05 with a secret: not signed',
      given: webhook({ integration: '71' }),
      expect: { ...refused(401, 'bad_signature'), ...verdict('missing_headers') },
    },
    {
      name: 'W-05 with a secret: the signature of another body',
      given: webhook({ integration: '71', headers: sign(Buffer.from('other')) }),
      expect: { ...refused(401, 'bad_signature'), ...verdict('mismatch') },
    },
    {
      name: 'an operator who requires it, and no secret',
      given: signed({ integration: '73' }),
      expect: refused(401, 'not_configured'),
    },
    {
      name: 'an operator who switched it off',
      given: webhook({ integration: '74', headers: sign(Buffer.from('other')) }),
      expect: { ...stored, integrationId: '74', isVerified: false, verification: undefined },
    },
    {
      name: 'without X-Event-Key it is stored, so that the region can report it',
      given: webhook({ headers: { 'x-event-key': '' } }),
      expect: { ...stored, eventType: undefined },
    },
    ...['diagnostics:ping', 'pr:opened', 'repo:forked', 'repo:push', 'constructor'].map((event) => ({
      name: `W-25 ${event} is dropped: no region handles it`,
      given: webhook({ headers: { 'x-event-key': event } }),
      expect: { ...refused(202, 'dropped_event'), ...verdict('not_configured') },
    })),
    ...['{', '[]', '', Buffer.from([0x7b, 0xff, 0x7d])].map((body) => ({
      name: `§2.4 a body of ${JSON.stringify(bytesOf(body).toString('latin1'))} is not parsed`,
      given: webhook({ body, headers: { 'content-type': 'text/plain' } }),
      expect: stored,
    })),
    ...['', 'a b', 'é', 'x'.repeat(65)].map((id) => ({
      name: `X-Request-Id ${JSON.stringify(id).slice(0, 9)} is passed over`,
      given: webhook({ headers: { 'x-request-id': id } }),
      expect: { ...stored, providerDeliveryId: undefined },
    })),
    { name: 'no such path', given: request('unknown'), expect: refused(404, 'unknown_view') },
  ],
  { sign },
);

describe('bitbucket_server mailboxes and lookups', () => {
  it('§2.5 a mailbox is the organization, in its region, and the event', async () => {
    const decision = await bitbucketServerParser.decide(webhook(), contextOf(directory()));
    const name = decision.kind === 'mailbox' && mailboxOf(bitbucketServerParser, decision, 'us');
    expect(name).toBe('bitbucket_server:us:1:push');
  });

  it('looks up once, by its own provider, and never for what is no id', async () => {
    const recording = directory();
    await bitbucketServerParser.decide(webhook({ organization: 'acme' }), contextOf(recording));
    expect(recording.lookups).toEqual([]);
    await bitbucketServerParser.decide(webhook(), contextOf(recording));
    expect(recording.lookups).toEqual(['bitbucket_server/organization/1']);
  });
});
