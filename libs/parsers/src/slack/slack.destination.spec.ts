import {
  contextOf,
  describeParser,
  directoryOf,
  SLACK_RESPONSE_URL,
  SLACK_SECRET,
  slackAnswers,
  slackRequests,
} from '../testing';
import viewSubmission from './fixtures/view-submission.json';
import { slackParser } from './slack.parser';

const { signed, payload, action, options, command } = slackRequests;
const { message, inControl, empty } = slackAnswers;
const notDone = { whenUnavailable: { status: 200, json: message(/Nothing was changed/) } };
const withValue = (value: string) => ({ actions: [{ type: 'button' }, { value: '' }, { value }, { value: 'later' }] });

const workspaces = () =>
  directoryOf({
    T001: { id: 1, regions: ['us', 'de'], organizationIds: ['21', '22'] },
    T002: { id: 2, regions: [], organizationIds: [] },
    T003: { id: 3, regions: [] },
    E001: { id: 4, regions: ['us'] },
  });

// Which silo answers (slack.md §7.6). Numbers are cases of slack.md §8, S numbers of gateway.md §9.3.
describeParser(
  slackParser,
  contextOf(workspaces(), { slackSigningSecrets: [SLACK_SECRET], slackVerificationToken: 'legacy' }),
  [
    ...[
      ['link', 'slack.close-prompt'],
      ['ignore', 'slack.close-prompt'],
      ['all_slack', 'slack.notifications'],
    ].flatMap(([value = '', view = '']) => [
      {
        name: `S6, S134 action ${value}: control, which keeps what is the user's own (deviates from "the first region")`,
        given: action(withValue(value)),
        expect: { ...inControl(view), integrationId: '1', isVerified: true, verification: { kind: 'ok', keyIndex: 0 } },
      },
      {
        name: `S134 action ${value} without a response URL: control, too`,
        given: action({ ...withValue(value), response_url: '' }),
        expect: inControl(view),
      },
    ]),
    {
      name: 'S79 a button that only opens a page: answered, and nobody has anything to do',
      given: action(withValue('link_clicked')),
      expect: empty('nothing_changed'),
    },
    {
      name: 'S91 a choice inside an open modal: answered, and nobody has anything to do',
      given: action({ response_url: undefined, view: { private_metadata: '{"issue":"42"}' } }),
      expect: empty('nothing_changed'),
    },
    {
      name: '§7.6 a button that opens a dialog says so, with the id by which a region finds it again',
      given: action({
        trigger_id: '13.37.x',
        actions: [{ action_id: 'resolve_dialog::7', value: 'resolve_dialog', action_ts: '1700.5' }],
      }),
      expect: {
        kind: 'deferred',
        opensDialog: { name: 'resolve', triggerId: '13.37.x', externalId: 'T001:1700.5' },
      },
    },
    {
      name: 'S133 any other action with a response URL: all regions, deferred',
      given: action(),
      expect: { kind: 'deferred', regions: ['de', 'us'], callbackUrl: SLACK_RESPONSE_URL, ackStatus: 200 },
    },
    {
      name: 'S7 any other action without one: all regions',
      given: action({ response_url: undefined }),
      expect: { kind: 'all-regions', regions: ['de', 'us'], ...notDone },
    },
    {
      name: 'an action with broken actions: all regions',
      given: action({ actions: 'none' }),
      expect: { kind: 'deferred', regions: ['de', 'us'] },
    },
    {
      name: 'an action whose values are all empty: all regions',
      given: action({ actions: [null, {}, { value: '' }, { value: 5 }] }),
      expect: { kind: 'deferred', regions: ['de', 'us'] },
    },
    {
      name: '§7.6 view_submission: acknowledged, the answer goes to the response URL of the click that opened it',
      given: signed(
        'action',
        payload({
          ...viewSubmission,
          view: { ...viewSubmission.view, private_metadata: JSON.stringify({ orig_response_url: SLACK_RESPONSE_URL }) },
        }),
      ),
      expect: {
        kind: 'deferred',
        regions: ['de', 'us'],
        integrationId: '1',
        ackStatus: 200,
        callbackUrl: SLACK_RESPONSE_URL,
        ...notDone,
      },
    },
    {
      name: 'view_submission that knows no response URL: all regions, while the modal waits',
      given: signed('action', payload(viewSubmission)),
      expect: {
        kind: 'all-regions',
        whenUnavailable: { status: 200, json: { response_action: 'update', view: { type: 'modal' } } },
      },
    },

    {
      name: 'S1, S2 a command that needs no region: control (deviates from "the first region")',
      given: command({ team_id: 'T001' }),
      expect: inControl('slack.command'),
    },
    {
      name: 'S131 a command about a team without a response URL: all regions, and whoever asks waits',
      given: command({ team_id: 'T001', text: 'link team' }),
      expect: { kind: 'all-regions', regions: ['de', 'us'], isVerified: true, ...notDone },
    },
    {
      name: 'S132 a command about a team with one: acknowledged with 200, all regions afterwards, one answer of theirs',
      given: command({ team_id: 'T001', text: 'unlink team', response_url: SLACK_RESPONSE_URL }),
      expect: {
        kind: 'deferred',
        regions: ['de', 'us'],
        callbackUrl: SLACK_RESPONSE_URL,
        ackStatus: 200,
        precedence: { member: 'switchyard_outcome' },
        ...notDone,
      },
    },
    {
      name: 'S107 an option load: all regions, the first with options',
      given: options(),
      expect: {
        kind: 'all-regions',
        regions: ['de', 'us'],
        listMember: 'option_groups',
        whenUnavailable: { status: 200, json: { option_groups: [] } },
      },
    },
  ],
);
