import { judgeRequest } from '../../testing/judge-request';
import { msteamsRegion } from '.';

describe('Microsoft Teams activities, judged', () => {
  it.each([
    ['a message', { type: 'message' }],
    ['what is no JSON', 'x'],
  ])('%s: acknowledged, nothing is kept', async (_name, body) => {
    expect(await judgeRequest(msteamsRegion, { view: 'webhook', body })).toMatchObject({
      kind: 'ignored',
      status: 204,
      isSenderUnchecked: true,
    });
  });
});
