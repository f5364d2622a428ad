import { dialogExternalId, dialogOf, dialogView, loadingView } from './modals';
import { readModalState, readRouting, writeRouting } from './routing';

describe('dialogs', () => {
  const state = {
    v: 1,
    issue: '42',
    org: '1',
    channel_id: 'C1',
    orig_response_url: `https://hooks.slack.com/${'x'.repeat(376)}`,
  } as const;

  it('S152 a response URL of 400 characters is in the metadata only', () => {
    const view = dialogView('resolve', state, 'T1:1.2');
    expect(view).toMatchObject({ callback_id: 'issue.resolve.v1', external_id: 'T1:1.2' });
    expect(readModalState(view.private_metadata)).toEqual(state);
  });

  it('each submits as what it was opened as, with the first choice made', () => {
    for (const dialog of ['resolve', 'archive'] as const) {
      const view = dialogView(dialog, state);
      expect(dialogOf(view.callback_id)).toBe(dialog);
      const [block] = view.blocks;
      const accessory = block?.type === 'section' ? block.accessory : undefined;
      expect(accessory).toMatchObject({ type: 'static_select', action_id: 'static_select-action' });
      expect(accessory).toHaveProperty('initial_option.value', dialog === 'resolve' ? 'resolved' : expect.any(String));
    }
    expect(dialogOf('issue.resolve.v2')).toBeUndefined();
  });

  it('a loading view can be replaced, not submitted', () => {
    const view = loadingView('archive', dialogExternalId('T1', '1700.1'));
    expect(view).toMatchObject({ external_id: 'T1:1700.1', title: { text: 'Archive Issue' } });
    expect(view.submit).toBeUndefined();
  });

  it.each(['', 'x', '[]', '{"v":2,"issue":"42"}', '{"v":1,"issue":42}', '{"v":1,"issue":"42","message_ts":"x"}', 7])(
    'state %j is not ours',
    (text) => {
      expect(readModalState(text)).toBeUndefined();
    },
  );

  it('too much state is refused here, not by Slack', () => {
    expect(() => dialogView('resolve', { ...state, orig_response_url: 'x'.repeat(3_000) })).toThrow(RangeError);
  });
});

describe('routing', () => {
  it('comes back as it went', () => {
    expect(readRouting(writeRouting({ issue: '42', rule: '3', org: '1' }))).toEqual({
      issue: '42',
      rule: '3',
      org: '1',
    });
    expect(readRouting(writeRouting({ issue: '42' }))).toEqual({ issue: '42' });
  });

  it.each(['b1', '{}', '{"issue":42}', '{"issue":"x"}', `{"issue":"4"${' '.repeat(300)}}`, null])(
    '%j is not ours',
    (text) => {
      expect(readRouting(text)).toBeUndefined();
    },
  );
});
