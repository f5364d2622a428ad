import type { RegionResult } from '@switchyard/silo';
import { chooseAnswer, chooseDeferred } from './choose-answer';

type Given = number | 'hangs' | readonly [status: number, body: string];

/** Results of regions a, b, c … in their order. */
function results(...given: readonly Given[]): ReadonlyMap<string, RegionResult> {
  return new Map(
    given.map((entry, index): [string, RegionResult] => {
      const region = String.fromCharCode(97 + index);
      if (entry === 'hangs') return [region, { kind: 'failure', region, failure: 'timeout', detail: '' }];
      const [status, body] = typeof entry === 'number' ? [entry, ''] : entry;
      return [region, { kind: 'response', region, status, headers: [], body: Buffer.from(body) }];
    }),
  );
}

describe(chooseAnswer.name, () => {
  it.each<[string, Given[], string | undefined]>([
    ['a 2xx before anything else', [500, 403, 200], 'c'],
    ['the first 2xx in the order of the regions', [200, 201], 'a'],
    ['an error before "not mine"', [403, 404, 500], 'c'],
    ['"not mine" when there is nothing else', ['hangs', 404], 'b'],
    ['B11: an answer before none', ['hangs', 404], 'b'],
    ['B5: nothing when nobody answers', ['hangs', 'hangs'], undefined],
    ['nothing of nobody', [], undefined],
  ])('%s', (_what, given, region) => {
    expect(chooseAnswer(results(...given))?.region).toBe(region);
  });
});

describe(chooseDeferred.name, () => {
  it.each<[string, Given[], object]>([
    ['S139: a 2xx without content: the region has told the user', [200], { kind: 'nothing' }],
    ['S139: 204', [204], { kind: 'nothing' }],
    ['content that is no message', [[200, 'ok'] as const], { kind: 'nothing' }],
    ['one message', [404, [200, '{"text":"b"}']], { kind: 'post', message: { text: 'b' }, isAmbiguous: false }],
    [
      'S137: several: the first that is not empty',
      [200, [200, '{"text":"b"}'], [200, '{"text":"c"}']],
      { kind: 'post', message: { text: 'b' }, isAmbiguous: true },
    ],
    ['S138: all "not mine"', [403, 404], { kind: 'not_mine' }],
    ['a failure among "not mine"', [403, 'hangs'], { kind: 'failed' }],
    ['an error', [500], { kind: 'failed' }],
  ])('%s', (_what, given, outcome) => {
    expect(chooseDeferred(results(...given))).toEqual(outcome);
  });

  it('§7.6 with words: the most telling one, without its word; answers that have none come last', () => {
    const precedence = { member: 'w', words: ['offer', 'taken'] };
    const choose = (...given: Given[]) => chooseDeferred(results(...given), { precedence });
    const said = (text: string, w?: string): Given => [200, JSON.stringify({ text, w })];
    expect(choose(said('a'), said('b', 'taken'))).toMatchObject({ message: { text: 'b' } });
    expect(choose(said('a', 'offer'), said('b', 'taken'), said('c', 'offer'))).toEqual({
      kind: 'post',
      message: { text: 'a\nc' },
      isAmbiguous: true,
    });
  });
});
