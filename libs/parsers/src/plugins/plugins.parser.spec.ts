import examples from '@octokit/webhooks-examples';
import bitbucketPush from '../bitbucket/fixtures/push.json';
import { classify, mailboxOf, resolveRoute } from '../routing';
import { bytesOf, contextOf, describeParser, directoryOf, request } from '../testing';
import type { TestBody } from '../testing';
import { pluginsParser } from './plugins.parser';

const ATLASSIAN = '104.192.136.17';
const STRANGER = '203.0.113.9';
const DELIVERY = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
// Real, contributed to octokit/webhooks (MIT).
const githubPush = (examples as readonly { name: string; examples: object[] }[]).find(({ name }) => name === 'push')
  ?.examples[0] as object;

const directory = () =>
  directoryOf(
    {},
    {
      organizations: [
        { id: '1', slug: 'org-1', region: 'us' },
        { id: '2', slug: 'org-2', region: undefined },
      ],
    },
  );

interface Given {
  readonly view: string;
  readonly organization?: string;
  readonly from?: string;
  readonly headers?: Record<string, string>;
  readonly body?: TestBody;
  readonly method?: string;
}

const webhook = ({ view, organization = '1', from, headers, body, method }: Given) =>
  request(view, headers, body ?? (view === 'github' ? githubPush : bitbucketPush), {
    method,
    params: { organization },
    senderAddress: from,
  });

const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });
const stored = { kind: 'mailbox', subject: '1', regions: ['us'], ackStatus: 202 };
const views = ['github', 'bitbucket'];

// H numbers are cases of gateway.md §9.4, W numbers weaknesses of §10.
describeParser(pluginsParser, directory(), [
  ...views.flatMap((view) => [
    { name: `GET ${view}`, given: webhook({ view, method: 'GET' }), expect: refused(405, 'method_not_allowed') },
    {
      name: `H23 ${view}, unknown region: 400, corrected from passthrough`,
      given: webhook({ view, organization: '2' }),
      expect: refused(400, 'no_mapping'),
    },
    { name: `H24 ${view}, known region`, given: webhook({ view }), expect: { ...stored, isVerified: false } },
    {
      name: `H25 ${view}, mapping deleted`,
      given: webhook({ view, organization: '99' }),
      expect: refused(400, 'no_organization'),
    },
    ...['0', '-1', '1.5', '01', 'acme', '%31', '9007199254740993'].map((organization) => ({
      name: `W-14 ${view}, organization ${organization}: 404, corrected from control`,
      given: webhook({ view, organization }),
      expect: refused(404, 'no_organization'),
    })),
    ...['{', '[]', '', Buffer.from([0x7b, 0xff, 0x7d])].map((body) => ({
      name: `§2.4 ${view}, a body of ${JSON.stringify(bytesOf(body).toString('latin1'))} is not parsed`,
      given: webhook({ view, body, headers: { 'content-type': 'text/plain' } }),
      expect: stored,
    })),
    {
      name: `${view} is not sorted by event: both plugins of an organization share one mailbox`,
      given: webhook({ view, headers: { 'x-github-event': 'star', 'x-event-key': 'repo:fork' } }),
      expect: stored,
    },
  ]),
  {
    name: 'a delivery of GitHub',
    given: webhook({ view: 'github', headers: { 'x-github-delivery': DELIVERY, 'x-request-uuid': 'other' } }),
    expect: { ...stored, providerDeliveryId: DELIVERY },
  },
  {
    name: 'a delivery of Bitbucket',
    given: webhook({ view: 'bitbucket', headers: { 'x-request-uuid': DELIVERY, 'x-github-delivery': 'other' } }),
    expect: { ...stored, providerDeliveryId: DELIVERY },
  },
  ...['', 'a b', 'é', 'x'.repeat(65)].map((id) => ({
    name: `a delivery id of ${JSON.stringify(id).slice(0, 9)} is passed over`,
    given: webhook({ view: 'github', headers: { 'x-github-delivery': id } }),
    expect: { ...stored, providerDeliveryId: undefined },
  })),
  {
    name: 'bitbucket, from an address of Atlassian: verified, as the region cannot tell any more',
    given: webhook({ view: 'bitbucket', from: ATLASSIAN }),
    expect: { ...stored, isVerified: true, verification: { kind: 'ok', keyIndex: 0 } },
  },
  {
    name: 'bitbucket, from another address: not verified',
    given: webhook({ view: 'bitbucket', from: STRANGER }),
    expect: { ...stored, isVerified: false, verification: { kind: 'refused', reason: 'wrong_address' } },
  },
  {
    name: 'github, from an address of Atlassian: that proves nothing',
    given: webhook({ view: 'github', from: ATLASSIAN }),
    expect: { ...stored, isVerified: false, verification: undefined },
  },
  { name: 'no such path', given: request('unknown'), expect: refused(404, 'unknown_view') },
]);

describe('plugins paths, mailboxes and lookups', () => {
  it.each(views)('M14 /plugins/%s/organizations/1/webhook/', (plugin) => {
    const path = `/plugins/${plugin}/organizations/1/webhook/`;
    expect(classify(path)).toMatchObject({ kind: 'plugin', plugin });
    expect(resolveRoute(pluginsParser, path)).toEqual({ view: plugin, params: { organization: '1' } });
  });

  it.each(['/plugins/github/installations/webhook/', '/extensions/plugins/github/organizations/1/webhook/'])(
    'M15 %s is none of them',
    (path) => {
      expect(resolveRoute(pluginsParser, path).view).toBe('unknown');
    },
  );

  it.each(views)('§2.5 %s: one mailbox of the organization in its region', async (view) => {
    const decision = await pluginsParser.decide(webhook({ view }), contextOf(directory()));
    expect(decision.kind === 'mailbox' && mailboxOf(pluginsParser, decision, 'us')).toBe('plugins:us:1');
  });

  it('looks up once, by its own provider, and never for what is no id', async () => {
    const recording = directory();
    await pluginsParser.decide(webhook({ view: 'github', organization: 'acme' }), contextOf(recording));
    expect(recording.lookups).toEqual([]);
    await pluginsParser.decide(webhook({ view: 'github' }), contextOf(recording));
    expect(recording.lookups).toEqual(['plugins/organization/1']);
  });
});
