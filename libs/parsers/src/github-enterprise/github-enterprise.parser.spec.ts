import examples from '@octokit/webhooks-examples';
import { signGithubWebhook } from '../github/github.signature';
import { bytesOf, contextOf, decideSoundly, describeParser, directoryOf, request } from '../testing';
import type { TestBody } from '../testing';
import { githubEnterpriseParser } from './github-enterprise.parser';

const SECRET = 'github-enterprise-test-secret';
const DELIVERY = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
const HOST = 'github.acme.example';

const installations = () =>
  directoryOf({
    // Never to be found: no installation has these ids.
    [`${HOST}:0`]: { id: 99, regions: ['us'] },
    [`${HOST}:None`]: { id: 99, regions: ['us'] },
    [`${HOST}:undefined`]: { id: 99, regions: ['us'] },
    [`${HOST}:1`]: { id: 7, regions: ['us', 'de'], webhookSecrets: ['new', SECRET] },
    [`${HOST}:2`]: { id: 8, regions: [], organizationIds: [], webhookSecrets: [SECRET] },
    [`${HOST}:3`]: { id: 9, regions: [], webhookSecrets: [SECRET] },
    [`${HOST}:4`]: { id: 10, regions: ['us'] },
    [`${HOST}:5`]: { id: 11, regions: ['us'], webhookSecrets: [SECRET], verification: 'require' },
    [`${HOST}:6`]: { id: 12, regions: ['us'], webhookSecrets: [SECRET], verification: 'off' },
    [`${HOST}:8443:1`]: { id: 13, regions: ['us'] },
  });

// Constructed: the smallest bodies that decide. Real ones are below.
const body = (changes: object = {}) => ({
  action: 'opened',
  installation: { id: 1 },
  repository: { id: 15 },
  ...changes,
});
const of = (id: unknown) => body({ installation: { id } });
const webhook = (event: string | undefined, given: TestBody = body(), headers: Record<string, string> = {}) =>
  request(
    'webhook',
    { 'x-github-enterprise-host': HOST, ...(event !== undefined && { 'x-github-event': event }), ...headers },
    given,
  );
const sign = (bytes: Buffer) => ({
  'x-github-enterprise-host': HOST,
  'x-hub-signature-256': signGithubWebhook(bytes, SECRET),
});
const signed = (event: string | undefined, given: TestBody = body(), headers: Record<string, string> = {}) =>
  webhook(event, given, { ...sign(bytesOf(given)), ...headers });
const from = (host: string, given: TestBody = body()) => webhook('push', given, { 'x-github-enterprise-host': host });

const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });
const dropped = refused(202, 'dropped_event');
const stored = { kind: 'mailbox', subject: '7', integrationId: '7', regions: ['de', 'us'], ackStatus: 202 };

// H numbers are cases of gateway.md §9.4, W numbers weaknesses of §10.
describeParser(
  githubEnterpriseParser,
  installations(),
  [
    {
      name: 'GET',
      given: request('webhook', {}, '', { method: 'GET' }),
      expect: { ...refused(405, 'method_not_allowed'), headers: { allow: 'POST' } },
    },
    {
      name: 'H9 no host header',
      given: request('webhook', { 'x-github-event': 'push' }, body()),
      expect: refused(400, 'bad_header'),
    },
    ...['', 'a b', 'host/path', 'host:', 'host:port', 'host\0', 'ü'].map((host) => ({
      name: `H9 host ${JSON.stringify(host)} is none`,
      given: from(host),
      expect: refused(400, 'bad_header'),
    })),
    {
      name: 'a host so long that no external id holds it is not looked up',
      given: from('h'.repeat(63)),
      expect: refused(400, 'no_integration'),
    },
    {
      name: 'H11 a form body "invalid-data": 415 with a remedy, corrected from 400',
      given: webhook('push', 'invalid-data', { 'content-type': 'application/x-www-form-urlencoded' }),
      expect: { ...refused(415, 'bad_content_type'), because: expect.stringContaining('application/json') },
    },
    ...['invalid-data', [], '', Buffer.from([0x7b, 0xff, 0x7d])].map((given) => ({
      name: `§2.4 a body of ${bytesOf(given).toString('latin1')}: 400`,
      given: webhook('push', given),
      expect: refused(400, 'bad_body'),
    })),
    ...[undefined, null, 'text', [], {}, { id: null }, { id: '1' }, { id: 0 }, { id: 1.5 }, { id: 2 ** 53 }].map(
      (installation) => ({
        name: `H2 installation ${JSON.stringify(installation)}: never looked up as "None"`,
        given: webhook('push', body({ installation })),
        expect: refused(400, 'no_integration'),
      }),
    ),
    { name: '§2.4 no integration', given: webhook('push', of(99)), expect: refused(400, 'no_integration') },
    { name: 'the same number on another server', given: from('other.example'), expect: refused(400, 'no_integration') },
    {
      name: 'a server with a port',
      given: from(`${HOST}:8443`),
      expect: { kind: 'mailbox', subject: '13', isVerified: false },
    },
    { name: '§2.4 no organization links', given: signed('push', of(2)), expect: refused(400, 'no_organization') },
    {
      name: 'W-15 links without a mapping: 400, corrected from 202 with nothing stored',
      given: signed('push', of(3)),
      expect: refused(400, 'no_mapping'),
    },

    {
      name: '§2.2 a push: one mailbox in each region, ordered by repository',
      given: signed('push', body(), { 'x-github-delivery': DELIVERY }),
      expect: {
        ...stored,
        bucketKey: '15',
        eventType: 'push',
        providerDeliveryId: DELIVERY,
        isVerified: true,
        verification: { kind: 'ok', keyIndex: 1 },
      },
    },
    {
      name: '§7.3 not signed, as old servers do: stored as not verified',
      given: webhook('push'),
      expect: { ...stored, isVerified: false, verification: { kind: 'refused', reason: 'missing_headers' } },
    },
    {
      name: 'W-05 a wrong signature: 401 here',
      given: webhook('push', body(), sign(Buffer.from('other'))),
      expect: { ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason: 'mismatch' } },
    },
    {
      name: 'an installation without a secret: not verified',
      given: signed('push', of(4)),
      expect: { kind: 'mailbox', isVerified: false, verification: { kind: 'refused', reason: 'not_configured' } },
    },
    {
      name: 'an operator who requires it: no signature',
      given: webhook('push', of(5)),
      expect: { ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason: 'missing_headers' } },
    },
    {
      name: 'an operator who requires it: a signature',
      given: signed('push', of(5)),
      expect: { kind: 'mailbox', subject: '11', isVerified: true },
    },
    {
      name: 'an operator who switched it off: a wrong signature goes through as not verified',
      given: webhook('push', of(6), sign(Buffer.from('other'))),
      expect: { kind: 'mailbox', subject: '12', isVerified: false, verification: undefined },
    },
    {
      name: "an app secret of github.com is another provider's",
      given: signed('push'),
      expect: { ...stored, isVerified: true },
    },

    ...['created', 'deleted', 'suspend', 'unsuspend'].map((action) => ({
      name: `§2.3.3 event installation, action ${action}, not known yet: control, corrected from 404`,
      given: signed('installation', { action, installation: { id: 99 } }),
      expect: {
        kind: 'control',
        view: 'github_enterprise.installation',
        reason: 'install_event',
        isVerified: false,
      },
    })),
    {
      name: 'event installation of a known installation says that it is verified',
      given: signed('installation', body({ action: 'deleted' })),
      expect: { kind: 'control', view: 'github_enterprise.installation', isVerified: true },
    },
    {
      name: 'event installation_repositories, not signed',
      given: webhook('installation_repositories', body({ action: 'added' })),
      expect: { kind: 'control', view: 'github_enterprise.installation', isVerified: false },
    },
    {
      name: 'event installation of a known installation with a wrong signature',
      given: webhook('installation', body({ action: 'deleted' }), sign(Buffer.from('other'))),
      expect: refused(401, 'bad_signature'),
    },
    {
      name: 'event installation of an installation that nobody links',
      given: signed('installation', of(2)),
      expect: { kind: 'control', isVerified: true },
    },
    {
      name: 'event installation without an installation',
      given: webhook('installation', { action: 'created' }),
      expect: refused(400, 'no_integration'),
    },
    {
      name: 'H8, W-13 issue_comment created is stored: the header decides, not the action',
      given: signed('issue_comment', body({ action: 'created' })),
      expect: { ...stored, eventType: 'issue_comment' },
    },
    { name: 'a ping', given: webhook('ping', { zen: 'Design for failure.' }), expect: refused(200, 'accepted') },

    {
      name: 'without repository.id it is ordered by integration and event type',
      given: signed('push', body({ repository: { id: '15' } })),
      expect: { ...stored, bucketKey: undefined, eventType: 'push' },
    },
    {
      name: 'without X-GitHub-Event it is stored, so that the region can report it',
      given: signed(undefined),
      expect: { ...stored, eventType: undefined },
    },
    { name: 'an empty X-GitHub-Event is none', given: signed(''), expect: { ...stored, eventType: undefined } },
    ...['', 'a b', 'é', 'x'.repeat(65)].map((delivery) => ({
      name: `X-GitHub-Delivery ${JSON.stringify(delivery).slice(0, 9)} is passed over`,
      given: signed('push', body(), { 'x-github-delivery': delivery }),
      expect: { ...stored, providerDeliveryId: undefined },
    })),
    ...['star', 'workflow_job', 'PUSH', 'constructor'].map((event) => ({
      name: `W-25 ${event} is dropped: no region handles it`,
      given: signed(event),
      expect: { ...dropped, verification: { kind: 'ok', keyIndex: 1 } },
    })),
    ...(
      [
        ['check_run', 'created', dropped],
        ['check_run', 'completed', stored],
        ['check_suite', 'requested', dropped],
        ['check_suite', 'completed', stored],
      ] as const
    ).map(([event, action, expected]) => ({
      name: `W-25 ${event} ${action}`,
      given: signed(event, body({ action })),
      expect: expected,
    })),
    {
      name: 'a dropped event of an unknown installation is refused: that is known first',
      given: webhook('star', of(99)),
      expect: refused(400, 'no_integration'),
    },
    { name: 'no such path', given: request('unknown'), expect: refused(404, 'unknown_view') },
  ],
  { sign },
);

describe('github_enterprise lookups', () => {
  it('looks up once, by its own provider, and not at all without a host', async () => {
    const directory = installations();
    await githubEnterpriseParser.decide(request('webhook', {}, body()), contextOf(directory));
    expect(directory.lookups).toEqual([]);
    await githubEnterpriseParser.decide(signed('push'), contextOf(directory));
    expect(directory.lookups).toEqual([`github_enterprise/${HOST}:1`]);
  });
});

interface Example {
  readonly action?: string;
  readonly repository?: { readonly id?: number };
}

// Real payloads, contributed to octokit/webhooks (MIT); a server sends the same ones.
const real = (examples as readonly { name: string; examples: unknown[] }[])
  .filter(({ name }) => ['push', 'pull_request', 'issues'].includes(name))
  .flatMap(({ name, examples: payloads }) => payloads.map((payload) => [name, payload as Example] as const));

describe('the examples of @octokit/webhooks-examples, as an app on a server would get them', () => {
  it.each(real.map(([name, payload], index) => [`${name} ${payload.action ?? ''} (${index})`, name, payload] as const))(
    '%s is stored, ordered by repository',
    async (_title, name, payload) => {
      const given = signed(name, { ...payload, installation: { id: 1 } });
      expect(await decideSoundly(githubEnterpriseParser, given, contextOf(installations()))).toMatchObject({
        ...stored,
        eventType: name,
        bucketKey: String(payload.repository?.id),
        isVerified: true,
      });
    },
  );
});
