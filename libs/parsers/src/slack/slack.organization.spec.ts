import { contextOf, describeParser, directoryOf, SLACK_RESPONSE_URL, SLACK_SECRET, slackRequests } from '../testing';
import { slackParser } from './slack.parser';

const { signed, action, options, command } = slackRequests;

// Organization narrowing: gateway.md §3.10, slack.md §7.6. T004 has acme in us and globex in de.
describeParser(
  slackParser,
  contextOf(
    directoryOf({
      T004: {
        id: 5,
        regions: ['us', 'de'],
        organizations: [
          { id: '11', slug: 'acme', region: 'us' },
          { id: '12', slug: 'globex', region: 'de' },
          { id: '13', slug: 'lost', region: undefined },
        ],
      },
    }),
    { slackSigningSecrets: [SLACK_SECRET] },
  ),
  [
    {
      name: 'S140 an action with the organization in the block id: only its region',
      given: action({
        team: { id: 'T004' },
        actions: [{ type: 'button', value: 'resolve' }],
        message: { blocks: [{ block_id: '{"issue":"42","org":"12"}' }] },
      }),
      expect: { kind: 'deferred', regions: ['de'], because: expect.stringContaining('organization 12 is named') },
    },
    {
      name: 'S141, S18 an organization that does not have the integration: as without routing data',
      given: action({
        team: { id: 'T004' },
        actions: [{ type: 'button', value: 'resolve', action_id: 'resolve::99::1' }],
        message: { blocks: [{ block_id: '{"issue":"42","org":"99"}' }] },
      }),
      expect: { kind: 'deferred', regions: ['de', 'us'] },
    },
    {
      name: 'S141 an organization whose region is not configured: as without routing data',
      given: action({
        team: { id: 'T004' },
        actions: [{ value: 'resolve', action_id: 'resolve::13::1' }],
        message: {},
      }),
      expect: { regions: ['de', 'us'] },
    },
    {
      name: '§3.10 the organization in an action id, by slug; several named: the first that the integration has',
      given: action({
        team: { id: 'T004' },
        actions: [
          { value: 'resolve', action_id: 'resolve::99::1' },
          { action_id: 'resolve::acme::1' },
          { action_id: 'x::globex' },
        ],
        message: {},
      }),
      expect: { kind: 'deferred', regions: ['us'] },
    },
    {
      name: '§7.6 the organization in the private metadata of a modal: its region, synchronously',
      given: action({
        team: { id: 'T004' },
        type: 'view_submission',
        response_url: undefined,
        actions: undefined,
        view: { private_metadata: '{"v":1,"issue":"42","org":"12"}' },
      }),
      expect: { kind: 'all-regions', regions: ['de'] },
    },
    {
      name: '§3.10 an option list with the organization in its message',
      given: options({ team: { id: 'T004' }, message: { blocks: [{ block_id: '{"org":"11"}' }] } }),
      expect: { kind: 'all-regions', regions: ['us'] },
    },
    ...(
      [
        ['one', ['https://x.example/organizations/globex/issues/1/'], ['de']],
        [
          'two',
          ['https://x.example/organizations/globex/issues/1/', 'https://x.example/organizations/acme/'],
          ['de', 'us'],
        ],
        ['one that the workspace does not have', ['https://x.example/organizations/other/'], ['de', 'us']],
        ['none', ['https://x.example/organizations/acme/', 'https://x.example/issues/5/'], ['de', 'us']],
        ['no URL', ['organizations/acme'], ['de', 'us']],
      ] as const
    ).map(([name, urls, regions]) => ({
      name: `§7.6 shared links that name ${name}: the regions of those organizations`,
      given: signed('event', {
        type: 'event_callback',
        team_id: 'T004',
        event_id: 'Ev1',
        event: { type: 'link_shared', links: urls.map((url) => ({ url })) },
      }),
      expect: { kind: 'mailbox', regions: [...regions] },
    })),
    {
      name: 'S17 "link team" with the slug of an organization: only its region',
      given: command({ team_id: 'T004', text: 'link team globex', response_url: SLACK_RESPONSE_URL }),
      expect: { kind: 'deferred', regions: ['de'] },
    },
    {
      name: '§7.6 "unlink team" without an organization: all regions',
      given: command({ team_id: 'T004', text: ' unlink  team ', response_url: SLACK_RESPONSE_URL }),
      expect: { kind: 'deferred', regions: ['de', 'us'] },
    },
    {
      name: '§3.10 a slug in a command that is not about teams is none',
      given: command({ team_id: 'T004', text: 'help globex', response_url: SLACK_RESPONSE_URL }),
      expect: { kind: 'control', view: 'slack.command' },
    },
  ],
);
