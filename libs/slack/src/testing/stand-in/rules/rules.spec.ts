import { findBlockMistakes } from './block-rules';
import { findViewMistakes } from './view-rules';
import { dialogView } from '../../../messages/modals';
import { issueMessage } from '../../../messages/issue-message';

const long = (length: number): string => 'x'.repeat(length);
const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (change: object = {}) => ({ type: 'button', action_id: 'a', text: plain('Go'), ...change });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const select = (options: object[], change: object = {}) => ({
  type: 'static_select',
  action_id: 's',
  options,
  ...change,
});
const option = (text: string, value = text) => ({ text: plain(text), value });

describe(findBlockMistakes.name, () => {
  it('takes what the app writes', () => {
    const { blocks } = issueMessage({
      routing: { issue: '42', rule: '9', org: '1' },
      ...{ url: 'https://example.com/', title: 'Boom', kind: 'error', level: 'error', status: 'unresolved' },
      ...{ text: 'trace', culprit: 'main', tags: [{ title: 'env', value: 'prod' }], state: 'New' },
      ...{ firstSeen: new Date(0), hasReleases: true, project: { slug: 'bar' }, shortId: 'BAR-1', notes: 'look' },
    });
    expect(findBlockMistakes(blocks, 'message')).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['no list', 'text', 'must be an array'],
    ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), 'no more than 50 items allowed'],
    ['an unknown type', [{ type: 'table' }], 'unsupported type: table [json-pointer:/blocks/0/type]'],
    ['a section without text', [{ type: 'section' }], 'missing required field'],
    ['a section of 3,001 characters', [section(long(3_001))], 'must be less than 3001 characters'],
    ['an empty text', [section('')], 'must be more than 0 characters'],
    ['a block id of 256 characters', [{ ...section('x'), block_id: long(256) }], '/blocks/0/block_id'],
    [
      'a block id twice',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
      'must be unique',
    ],
    [
      '26 elements',
      [actions(...Array.from({ length: 26 }, () => button({ action_id: undefined })))],
      'no more than 25',
    ],
    ['an action id of 256 characters', [actions(button({ action_id: long(256) }))], 'action_id'],
    ['an action id twice', [actions(button(), button())], '`action_id` must be unique'],
    ['a button with markup', [actions(button({ text: { type: 'mrkdwn', text: 'x' } }))], 'unsupported type: mrkdwn'],
    ['a button of 76 characters', [actions(button({ text: plain(long(76)) }))], 'must be less than 76'],
    ['an option of 76 characters', [actions(select([option(long(76), 'v')]))], 'must be less than 76'],
    [
      '101 options',
      [actions(select(Array.from({ length: 101 }, (_, index) => option(`o${index}`))))],
      'no more than 100',
    ],
    ['a choice that is none', [actions(select([option('a')], { initial_option: option('b') }))], 'provided options'],
    ['an element in a context', [{ type: 'context', elements: [button()] }], 'unsupported type: button'],
    ['an input in a message', [{ type: 'input', label: plain('x'), element: button() }], 'unsupported type: input'],
  ])('refuses %s', (_what, blocks, mistake) => {
    expect(findBlockMistakes(blocks, 'message').join('\n')).toContain(mistake);
  });
});

describe(findViewMistakes.name, () => {
  const view = dialogView('resolve', { v: 1, issue: '42', org: '1' });

  it('takes the dialogs of the app', () => {
    expect(findViewMistakes(view)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a title of 25 characters', { title: plain(long(25)) }, '/view/title'],
    ['a button of 25 characters', { submit: plain(long(25)) }, '/view/submit'],
    ['3,001 characters of metadata', { private_metadata: long(3_001) }, '/view/private_metadata'],
    ['a callback id of 256 characters', { callback_id: long(256) }, '/view/callback_id'],
    ['101 blocks', { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }, 'no more than 100'],
    ['a form that cannot be sent', { submit: undefined, blocks: [{ type: 'input', label: plain('x') }] }, 'submit'],
    ['another type', { type: 'home' }, 'unsupported type'],
  ])('refuses %s', (_what, change, mistake) => {
    expect(findViewMistakes({ ...view, ...change }).join('\n')).toContain(mistake);
  });
});
