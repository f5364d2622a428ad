import { bytesOf, contextOf, describeParser, directoryOf, request } from '../testing';
import type { TestBody } from '../testing';
import blockActions from './fixtures/block-actions.json';
import blockSuggestion from './fixtures/block-suggestion.json';
import { slackParser } from './slack.parser';
import { signSlackRequest } from './slack.signature';

const SECRET = 'switchyard-test-secret';
const TIMESTAMP = '1700000000';
const RESPONSE_URL = 'https://hooks.slack.com/actions/T001/1/x';

const sign = (body: Buffer) => ({
  'x-slack-signature': signSlackRequest(body, TIMESTAMP, SECRET),
  'x-slack-request-timestamp': TIMESTAMP,
});
const signed = (view: string, body: TestBody) => request(view, sign(bytesOf(body)), body);
const payload = (value: unknown) => new URLSearchParams({ payload: JSON.stringify(value) });
const action = (changes: object = {}) => signed('action', payload({ ...blockActions, ...changes }));
const options = (changes: object = {}) => signed('options-load', payload({ ...blockSuggestion, ...changes }));
const command = (fields: Record<string, string>) => signed('commands', new URLSearchParams(fields));

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
    { slackSigningSecrets: [SECRET] },
  ),
  [
    {
      name: '140 an action with the organization in the block id: only its region',
      given: action({
        team: { id: 'T004' },
        actions: [{ type: 'button', value: 'resolve' }],
        message: { blocks: [{ block_id: '{"issue":"42","org":"12"}' }] },
      }),
      expect: { kind: 'deferred', regions: ['de'], because: expect.stringContaining('organization 12 is named') },
    },
    {
      name: '141, S18 an organization that does not have the integration: as without routing data',
      given: action({
        team: { id: 'T004' },
        actions: [{ type: 'button', value: 'resolve', action_id: 'resolve::99::1' }],
        message: { blocks: [{ block_id: '{"issue":"42","org":"99"}' }] },
      }),
      expect: { kind: 'deferred', regions: ['de', 'us'] },
    },
    {
      name: '141 an organization whose region is not configured: as without routing data',
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
      expect: { kind: 'first-region', regions: ['us'] },
    },
    {
      name: 'S17 "link team" with the slug of an organization: only its region',
      given: command({ team_id: 'T004', text: 'link team globex', response_url: RESPONSE_URL }),
      expect: { kind: 'deferred', regions: ['de'] },
    },
    {
      name: '§7.6 "unlink team" without an organization: all regions',
      given: command({ team_id: 'T004', text: ' unlink  team ', response_url: RESPONSE_URL }),
      expect: { kind: 'deferred', regions: ['de', 'us'] },
    },
    {
      name: '§3.10 a slug in a command that is not about teams is none',
      given: command({ team_id: 'T004', text: 'help globex', response_url: RESPONSE_URL }),
      expect: { kind: 'deferred', regions: ['de'], because: 'a slash command' },
    },
  ],
);
