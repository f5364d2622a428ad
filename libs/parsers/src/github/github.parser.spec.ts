import { bytesOf, contextOf, describeParser, directoryOf, request } from '../testing';
import type { TestBody } from '../testing';
import { githubParser } from './github.parser';
import { signGithubWebhook } from './github.signature';

const SECRET = 'github-test-secret';
const DELIVERY = '72d3162e-cc78-11e3-81ab-4c9367dc0958';

const installations = () =>
  directoryOf({
    // Never to be found: no installation has these ids.
    '0': { id: 99, regions: ['us'] },
    '-1': { id: 99, regions: ['us'] },
    '1': { id: 7, regions: ['us', 'de'] },
    '2': { id: 8, regions: [], organizationIds: [] },
    '3': { id: 9, regions: [] },
    '4': { id: 10, regions: ['us'], webhookSecrets: [SECRET] },
  });

// Constructed: the smallest bodies that decide. The package's examples are in github.examples.spec.ts.
const body = (changes: object = {}) => ({
  action: 'opened',
  installation: { id: 1 },
  repository: { id: 15 },
  ...changes,
});
const webhook = (event: string | undefined, given: TestBody = body(), headers: Record<string, string> = {}) =>
  request('webhook', { ...(event !== undefined && { 'x-github-event': event }), ...headers }, given);
const sign = (bytes: Buffer) => ({ 'x-hub-signature-256': signGithubWebhook(bytes, SECRET) });
const signed = (event: string, given: TestBody = body()) => webhook(event, given, sign(bytesOf(given)));

const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });
const dropped = refused(202, 'dropped_event');
const stored = { kind: 'mailbox', subject: '7', regions: ['de', 'us'], ackStatus: 202 };

// H numbers are cases of gateway.md §9.4.
describeParser(githubParser, installations(), [
  {
    name: 'GET',
    given: request('webhook', {}, '', { method: 'GET' }),
    expect: { ...refused(405, 'method_not_allowed'), headers: { allow: 'POST' } },
  },
  {
    name: 'H1 a form body "invalid-data": 415 with a remedy, corrected from 400',
    given: webhook('push', 'invalid-data', { 'content-type': 'application/x-www-form-urlencoded' }),
    expect: { ...refused(415, 'bad_content_type'), because: expect.stringContaining('application/json') },
  },
  {
    name: 'a delivery as form payload: 415',
    given: webhook('push', new URLSearchParams({ payload: JSON.stringify(body()) })),
    expect: refused(415, 'bad_content_type'),
  },
  {
    name: 'H1 "invalid-data" said to be JSON',
    given: webhook('push', 'invalid-data'),
    expect: refused(400, 'bad_body'),
  },
  { name: 'a JSON array', given: webhook('push', []), expect: refused(400, 'bad_body') },
  { name: 'an empty body', given: webhook('push', ''), expect: refused(400, 'bad_body') },
  { name: 'not UTF-8', given: webhook('push', Buffer.from([0x7b, 0xff, 0x7d])), expect: refused(400, 'bad_body') },

  {
    name: 'H2 no installation',
    given: webhook('push', { repository: { id: 15 } }),
    expect: refused(400, 'no_integration'),
  },
  ...[null, 'text', [], {}, { id: null }, { id: '1' }, { id: 0 }, { id: -1 }, { id: 1.5 }, { id: 2 ** 53 }].map(
    (installation) => ({
      name: `H2 installation ${JSON.stringify(installation)}`,
      given: webhook('push', body({ installation })),
      expect: refused(400, 'no_integration'),
    }),
  ),
  {
    name: 'an unknown installation',
    given: webhook('push', body({ installation: { id: 99 } })),
    expect: refused(400, 'no_integration'),
  },
  {
    name: 'H3 an integration without organizations',
    given: webhook('push', body({ installation: { id: 2 } })),
    expect: refused(400, 'no_organization'),
  },
  {
    name: 'W-15 no mapped organization',
    given: webhook('push', body({ installation: { id: 3 } })),
    expect: refused(400, 'no_mapping'),
  },

  ...['created', 'deleted', 'suspend'].map((action) => ({
    name: `H5, H6 event installation, action ${action}: control, of an installation that is not known yet too`,
    given: webhook('installation', { action, installation: { id: 99 } }),
    expect: { kind: 'control', view: 'github.installation', reason: 'install_event', isVerified: false },
  })),
  {
    name: 'event installation_repositories: control',
    given: webhook('installation_repositories', body({ action: 'added' })),
    expect: { kind: 'control', view: 'github.installation' },
  },
  {
    name: 'an install event without an installation',
    given: webhook('installation', { action: 'created' }),
    expect: refused(400, 'no_integration'),
  },
  {
    name: 'H7 the search page',
    given: request('search', {}, '', { method: 'GET', params: { organization: 'acme', integration: '7' } }),
    expect: { kind: 'control', view: 'github.search' },
  },
  {
    name: 'the installation page',
    given: request('installation-page', {}, '', { method: 'GET', params: { id: '1' } }),
    expect: { kind: 'control', view: 'github.installation-page' },
  },
  {
    name: 'H8, W-13 issue_comment created is stored: the header decides, not the action',
    given: webhook('issue_comment', body({ action: 'created' })),
    expect: { ...stored, eventType: 'issue_comment' },
  },
  {
    name: 'a push: one mailbox in each region, ordered by repository',
    given: webhook('push', body(), { 'x-github-delivery': DELIVERY }),
    expect: {
      ...stored,
      integrationId: '7',
      bucketKey: '15',
      eventType: 'push',
      providerDeliveryId: DELIVERY,
      isVerified: false,
    },
  },
  {
    name: 'without repository.id it is ordered by integration and event type',
    given: webhook('push', body({ repository: { id: '15' } })),
    expect: { ...stored, bucketKey: undefined, eventType: 'push' },
  },
  {
    name: 'without X-GitHub-Event it is stored, so that the region can report it',
    given: webhook(undefined),
    expect: { ...stored, eventType: undefined },
  },
  { name: 'an empty X-GitHub-Event is none', given: webhook(''), expect: { ...stored, eventType: undefined } },
  ...['', 'a b', 'é', 'x'.repeat(65)].map((delivery) => ({
    name: `X-GitHub-Delivery ${JSON.stringify(delivery).slice(0, 9)} is passed over`,
    given: webhook('push', body(), { 'x-github-delivery': delivery }),
    expect: { ...stored, providerDeliveryId: undefined },
  })),
  { name: 'a ping', given: webhook('ping', { zen: 'Design for failure.' }), expect: refused(200, 'accepted') },

  ...['star', 'workflow_job', 'PUSH', 'constructor', '__proto__'].map((event) => ({
    name: `W-25 ${event} is dropped: no region handles it`,
    given: webhook(event),
    expect: dropped,
  })),
  ...['created', undefined, ['completed'], 5].map((action) => ({
    name: `W-25 check_run ${JSON.stringify(action)} is dropped`,
    given: webhook('check_run', body({ action })),
    expect: dropped,
  })),
  ...['completed', 'requested_action', 'rerequested'].map((action) => ({
    name: `check_run ${action} is stored`,
    given: webhook('check_run', body({ action })),
    expect: { ...stored, eventType: 'check_run' },
  })),
  {
    name: 'W-25 check_suite requested is dropped',
    given: webhook('check_suite', body({ action: 'requested' })),
    expect: dropped,
  },
  {
    name: 'check_suite completed is stored',
    given: webhook('check_suite', body({ action: 'completed' })),
    expect: { ...stored, eventType: 'check_suite' },
  },
  {
    name: 'a dropped event of an unknown installation is refused: that is known first',
    given: webhook('star', body({ installation: { id: 99 } })),
    expect: refused(400, 'no_integration'),
  },

  {
    name: "W-05 the integration's own secret makes a signature necessary",
    given: webhook('push', body({ installation: { id: 4 } })),
    expect: { ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason: 'missing_headers' } },
  },
  {
    name: "W-05 signed by the integration's own secret",
    given: signed('push', body({ installation: { id: 4 } })),
    expect: { kind: 'mailbox', subject: '10', isVerified: true, verification: { kind: 'ok', keyIndex: 0 } },
  },
  { name: 'no such path', given: request('unknown'), expect: refused(404, 'unknown_view') },
]);

describe('with the app secret configured', () => {
  describeParser(
    githubParser,
    contextOf(installations(), { githubWebhookSecrets: ['new', SECRET] }),
    [
      {
        name: 'W-05 no signature',
        given: webhook('push'),
        expect: { ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason: 'missing_headers' } },
      },
      {
        name: 'a broken body without a signature is 401: nothing is parsed before',
        given: webhook('push', 'no json'),
        expect: refused(401, 'bad_signature'),
      },
      {
        name: 'a signature of another body',
        given: webhook('push', body(), sign(Buffer.from('other'))),
        expect: { ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason: 'mismatch' } },
      },
      {
        name: 'signed with the previous secret',
        given: signed('push'),
        expect: { ...stored, isVerified: true, verification: { kind: 'ok', keyIndex: 1 } },
      },
      {
        name: 'an install event says that it is verified',
        given: signed('installation', body({ action: 'created' })),
        expect: { kind: 'control', view: 'github.installation', isVerified: true },
      },
      {
        name: "the app's secret goes before an integration's own",
        given: signed('push', body({ installation: { id: 4 } })),
        expect: { kind: 'mailbox', verification: { kind: 'ok', keyIndex: 1 } },
      },
      { name: 'a ping needs a signature too', given: webhook('ping', {}), expect: refused(401, 'bad_signature') },
      {
        name: 'a signed ping',
        given: signed('ping', { zen: 'Speak like a human.' }),
        expect: refused(200, 'accepted'),
      },
    ],
    { sign },
  );

  it('looks nothing up before the signature has passed, and once afterwards', async () => {
    const directory = installations();
    const context = contextOf(directory, { githubWebhookSecrets: [SECRET] });
    await githubParser.decide(webhook('push'), context);
    expect(directory.lookups).toEqual([]);
    await githubParser.decide(signed('push'), context);
    expect(directory.lookups).toEqual(['github/1']);
  });
});
