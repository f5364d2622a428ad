import { slackFacts } from './request-log';

describe(slackFacts.name, () => {
  it('S78: ids by the field rule, no empty ones, no text, no token, no address', () => {
    const payload = {
      team: { id: 'T1', domain: 'acme' },
      channel_id: 'C1',
      user: { id: 'U1', name: 'ada' },
      api_app_id: 'A1',
      callback_id: '',
      token: 'xoxb-1',
      trigger_id: '1.2.3',
      response_url: 'https://hooks.slack.com/x',
      text: 'hush',
    };
    expect(slackFacts(payload)).toEqual({
      slack_team_id: 'T1',
      slack_channel_id: 'C1',
      slack_user_id: 'U1',
      slack_api_app_id: 'A1',
    });
  });

  it('of an event, who and where stand inside', () => {
    const event = { type: 'message', user: 'U1', channel: 'D1', text: 'hush' };
    expect(slackFacts({ team_id: 'T1', event_id: 'Ev1', event })).toEqual({
      slack_team_id: 'T1',
      slack_channel_id: 'D1',
      slack_user_id: 'U1',
      slack_event_id: 'Ev1',
    });
  });
});
