import { contextOf, describeParser, directoryOf, request } from '../testing';
import type { TestBody } from '../testing';
import issue from './fixtures/issue.json';
import mergeRequest from './fixtures/merge-request.json';
import push from './fixtures/push.json';
import { gitlabParser } from './gitlab.parser';
import { signGitlabWebhook } from './gitlab.token';

const SECRET = 's3cret';
const IDEMPOTENCY_KEY = '908a6d9e-45fd-46c8-97e6-c4f350f219dd';
const WEBHOOK_UUID = 'c9a3fe6b-0f2b-4f0e-9c39-5f8f5a1a8f0e';

const integrations = () =>
  directoryOf({
    'gitlab.com:acme': { id: 7, regions: ['us', 'de'], webhookSecrets: ['new', SECRET] },
    'gitlab.com:nobody': { id: 8, regions: [], organizationIds: [], webhookSecrets: [SECRET] },
    'gitlab.com:unmapped': { id: 9, regions: [], webhookSecrets: [SECRET] },
    'gitlab.com:open': { id: 10, regions: ['us'] },
    'gitlab.com:strict': { id: 11, regions: ['us'], verification: 'require' },
    'gitlab.com:off': { id: 12, regions: ['us'], webhookSecrets: [SECRET], verification: 'off' },
    'gitlab.example.com:8443:acme': { id: 13, regions: ['us'], webhookSecrets: [SECRET] },
  });

const tokenOf = (group: string, secret = SECRET) => signGitlabWebhook(`gitlab.com:${group}`, secret);
const given = (token: string | undefined, body: TestBody = push, headers: Record<string, string> = {}) =>
  request('webhook', { ...(token !== undefined && { 'x-gitlab-token': token }), ...headers }, body);
const event = (name: string, body: TestBody = push, headers: Record<string, string> = {}) =>
  given(tokenOf('acme'), body, { 'x-gitlab-event': name, ...headers });

const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });
const dropped = refused(202, 'dropped_event');
const stored = { kind: 'mailbox', subject: '7', integrationId: '7', regions: ['de', 'us'], ackStatus: 202 };
const withProject = (project: unknown) => ({ ...push, project });

// H numbers are cases of gateway.md §9.4, W numbers weaknesses of §10.
describeParser(
  gitlabParser,
  integrations(),
  [
    {
      name: 'GET',
      given: request('webhook', {}, '', { method: 'GET' }),
      expect: { ...refused(405, 'method_not_allowed'), headers: { allow: 'POST' } },
    },
    {
      name: 'H12 no token: what is missing is said',
      given: given(undefined),
      expect: { ...refused(400, 'bad_header'), because: expect.stringContaining('needs a secret token') },
    },
    {
      name: 'H12 an empty token is none',
      given: given(''),
      expect: { because: expect.stringContaining('needs a secret token') },
    },
    ...[
      'wrong',
      'gitlab.com:acme',
      'gitlab.com:acme:',
      ':acme:s3cret',
      'gitlab.com::s3cret',
      '::',
      `${'i'.repeat(62)}:gr:s`,
    ].map((token) => ({
      name: `H13 token ${token.slice(-19)}: another reason`,
      given: given(token),
      expect: { ...refused(400, 'bad_header'), because: expect.stringContaining('malformed') },
    })),
    {
      name: 'no JSON content type: 415 with a remedy, corrected from 400',
      given: given(tokenOf('acme'), push, { 'content-type': 'text/plain' }),
      expect: refused(415, 'bad_content_type'),
    },
    {
      name: '§2.4 no integration of this name',
      given: given(tokenOf('other')),
      expect: refused(400, 'no_integration'),
    },
    { name: 'H14 no organization links', given: given(tokenOf('nobody')), expect: refused(400, 'no_organization') },
    {
      name: 'W-15 links without a mapping: 400, corrected from 202 with nothing stored',
      given: given(tokenOf('unmapped')),
      expect: refused(400, 'no_mapping'),
    },
    {
      name: 'W-05 a wrong secret: 401 here, not first in the region',
      given: given(tokenOf('acme', 'guess')),
      expect: { ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason: 'mismatch' } },
    },
    {
      name: 'a wrong secret tells nothing of organizations',
      given: given(tokenOf('nobody', 'guess')),
      expect: refused(401, 'bad_signature'),
    },
    {
      name: 'H15 a valid token: one row in each region',
      given: event('Push Hook'),
      expect: { ...stored, eventType: 'push', isVerified: true, verification: { kind: 'ok', keyIndex: 1 } },
    },
    {
      name: 'H17 ordered by project from the first webhook on, corrected from buckets that come and go (W-20)',
      given: event('Push Hook'),
      expect: { ...stored, bucketKey: '15' },
    },
    {
      name: 'a merge request',
      given: event('Merge Request Hook', mergeRequest),
      expect: { ...stored, bucketKey: '15', eventType: 'merge_request' },
    },
    {
      name: 'an issue',
      given: event('Issue Hook', issue),
      expect: { ...stored, bucketKey: '15', eventType: 'issue' },
    },
    {
      name: 'without X-Gitlab-Event it is stored, so that the region can report it',
      given: given(tokenOf('acme')),
      expect: { ...stored, eventType: undefined },
    },
    { name: 'an empty X-Gitlab-Event is none', given: event(''), expect: { ...stored, eventType: undefined } },
    ...['Tag Push Hook', 'Note Hook', 'Pipeline Hook', 'System Hook', 'push hook', 'push', 'constructor'].map(
      (name) => ({
        name: `W-25 ${name} is dropped: no region handles it`,
        given: event(name),
        expect: { ...dropped, verification: { kind: 'ok', keyIndex: 1 } },
      }),
    ),
    {
      name: 'a dropped event of an unknown integration is refused: that is known first',
      given: given(tokenOf('other'), push, { 'x-gitlab-event': 'Note Hook' }),
      expect: refused(400, 'no_integration'),
    },
    ...['{', '[]', 'null', '', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])].map((body) => ({
      name: `§2.4 a body of ${JSON.stringify(body.toString())} is stored, ordered by integration`,
      given: event('Push Hook', body),
      expect: { ...stored, bucketKey: undefined },
    })),
    ...[undefined, null, 15, [15], {}, { id: '15' }, { id: 0 }, { id: -1 }, { id: 1.5 }, { id: 2 ** 53 }].map(
      (project) => ({
        name: `project ${JSON.stringify(project)} is no key to order by`,
        given: event('Push Hook', withProject(project)),
        expect: { ...stored, bucketKey: undefined },
      }),
    ),
    {
      name: 'W-32 Idempotency-Key is the delivery id: it stays when GitLab tries again',
      given: event('Push Hook', push, {
        'idempotency-key': IDEMPOTENCY_KEY,
        'x-gitlab-webhook-uuid': WEBHOOK_UUID,
        'x-gitlab-event-uuid': 'shared',
      }),
      expect: { ...stored, providerDeliveryId: IDEMPOTENCY_KEY },
    },
    {
      name: 'W-32 an older GitLab names its attempts',
      given: event('Push Hook', push, { 'x-gitlab-webhook-uuid': WEBHOOK_UUID }),
      expect: { ...stored, providerDeliveryId: WEBHOOK_UUID },
    },
    {
      name: 'X-Gitlab-Event-UUID is no delivery id: other webhooks share it',
      given: event('Push Hook', push, { 'x-gitlab-event-uuid': WEBHOOK_UUID }),
      expect: { ...stored, providerDeliveryId: undefined },
    },
    ...['', 'a b', 'é', 'x'.repeat(65)].map((id) => ({
      name: `Idempotency-Key ${JSON.stringify(id).slice(0, 9)} is passed over`,
      given: event('Push Hook', push, { 'idempotency-key': id }),
      expect: { ...stored, providerDeliveryId: undefined },
    })),
    {
      name: 'an integration without a secret: not verified',
      given: given(tokenOf('open', 'any')),
      expect: { kind: 'mailbox', isVerified: false, verification: { kind: 'refused', reason: 'not_configured' } },
    },
    {
      name: 'an integration without a secret that must be verified',
      given: given(tokenOf('strict', 'any')),
      expect: refused(401, 'not_configured'),
    },
    {
      name: 'verification switched off: a wrong secret goes through as not verified',
      given: given(tokenOf('off', 'guess')),
      expect: { kind: 'mailbox', isVerified: false, verification: undefined },
    },
    {
      name: 'W-30 an instance with a port, corrected from a malformed token',
      given: given(signGitlabWebhook('gitlab.example.com:8443:acme', SECRET)),
      expect: { kind: 'mailbox', subject: '13', isVerified: true },
    },
    {
      name: 'H18 the search page',
      given: request('search', {}, '', { method: 'GET', params: { organization: 'acme', integration: '7' } }),
      expect: { kind: 'control', view: 'gitlab.search', reason: 'control_view' },
    },
    { name: 'no such path', given: request('unknown'), expect: refused(404, 'unknown_view') },
  ],
  { sign: () => ({ 'x-gitlab-token': tokenOf('acme') }) },
);

describe('gitlab lookups', () => {
  it('looks up once, by its own provider, and never for a malformed token', async () => {
    const directory = integrations();
    await gitlabParser.decide(given('wrong'), contextOf(directory));
    expect(directory.lookups).toEqual([]);
    await gitlabParser.decide(event('Push Hook'), contextOf(directory));
    expect(directory.lookups).toEqual(['gitlab/gitlab.com:acme']);
  });
});
