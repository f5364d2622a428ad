import fc from 'fast-check';
import { fieldSet, readFields } from '.';

const FIELDS = fieldSet('action', 'installation.id', 'repository.id', 'repository.owner.id', 'flag');

/** What the same fields are according to `JSON.parse`: scalars as they are, containers emptied of what nobody asked for. */
function reference(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return pick(value as Record<string, unknown>, FIELDS);
}

function pick(value: Record<string, unknown>, { children }: typeof FIELDS): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const [name, node] of children) {
    if (!Object.hasOwn(value, name)) continue;
    const field = value[name];
    if (Array.isArray(field)) picked[name] = [];
    else if (typeof field === 'object' && field !== null) picked[name] = pick(field as Record<string, unknown>, node);
    else picked[name] = field;
  }
  return picked;
}

const read = (text: string) => readFields(Buffer.from(text), FIELDS);

describe(readFields.name, () => {
  it.each([
    '{}',
    ' {"action":"opened" , "installation" : {"id":1},"x":[1,{"id":2},"}"]}\n',
    '{"action":"a","action":null}',
    '{"installation":{"id":1},"installation":5}',
    '{"installation":{"id":1},"installation":{"other":1}}',
    '{"installation":[{"id":1}]}',
    '{"\\u0061ction":"escaped \\" \\u00e9 \\ud83d\\ude00"}',
    '{"__proto__":{"action":1},"constructor":{"id":1}}',
    '{"repository":{"owner":{"id":-0.5e+3},"id":1E2}}',
    '{"action":"é🎉","flag":true}',
    '{"flag":false,"action":12345678901234567890}',
    ...[
      '',
      ' ',
      '[]',
      'null',
      '1',
      '"a"',
      '{',
      '}',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{,}',
      '{"a":1}x',
      '{"a":1}{}',
      '{"a":[1,]}',
    ],
    ...[
      '{"a":01}',
      '{"a":1.}',
      '{"a":.5}',
      '{"a":1e}',
      '{"a":-}',
      '{"a":+1}',
      '{"a":tru}',
      '{"a":nul',
      '{"a":NaN}',
      "{'a':1}",
    ],
    ...[
      '{"a":"\\x"}',
      '{"a":"\\u12g4"}',
      '{"a":"\t"}',
      '{"a":"',
      '{"a":[}',
      '{"a":{]}',
      '\ufeff{}',
      '{"a":1 2}',
      '{"a" 1}',
      '{1:2}',
    ],
  ])('%j: as JSON.parse', async (text) => {
    expect(await read(text)).toEqual(reference(text));
  });

  it('anything that is JSON: as JSON.parse', async () => {
    const names = fc.constantFrom('action', 'installation', 'repository', 'owner', 'id', 'flag', 'other');
    const { object } = fc.letrec<{ object: Record<string, unknown>; value: unknown }>((tie) => ({
      object: fc.dictionary(names, tie('value'), { maxKeys: 5 }),
      value: fc.oneof({ depthSize: 'small', maxDepth: 4 }, fc.jsonValue({ maxDepth: 2 }), tie('object')),
    }));
    await fc.assert(
      fc.asyncProperty(object, fc.nat(3), async (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(await read(text)).toEqual(reference(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('anything that was JSON before somebody changed a few characters: as JSON.parse', async () => {
    const changes = fc.array(fc.tuple(fc.nat(200), fc.constantFrom(...'{}[]",:\\0123456789.eE+-truefalsn \n\u0001é')), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), changes, async (value, edits) => {
        const characters = [...JSON.stringify({ action: 'opened', installation: { id: 1 }, ...value })];
        for (const [at, character] of edits) characters[at % characters.length] = character;
        const text = characters.join('');
        expect(await read(text)).toEqual(reference(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('is undefined for bytes that are not UTF-8, also in what nobody asked for', async () => {
    expect(await readFields(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), FIELDS)).toBeUndefined();
  });

  it('refuses a document that is nested more deeply than any provider would', async () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(await read(nested(99_999))).toEqual({});
    expect(await read(nested(100_000))).toBeUndefined();
  });

  it('a long document: others have their turn meanwhile', async () => {
    const text = JSON.stringify({
      filler: Array.from({ length: 200_000 }, (_, index) => `text ${index}`),
      action: 'last',
    });
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await expect(read(text)).resolves.toEqual({ action: 'last' });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

describe(fieldSet.name, () => {
  it.each(['', 'a..b', 'a b', '.a'])('%j is no path', (path) => {
    expect(() => fieldSet(path)).toThrow('not a path');
  });
});
