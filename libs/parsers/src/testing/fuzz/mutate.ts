import type { SeededNumbers } from './random';

const NASTY = [
  'null',
  '[]',
  '{}',
  '""',
  '-1',
  '0',
  '1e999',
  '9007199254740993',
  'true',
  '"\\u0000"',
  '"../../x"',
  '{"id":{"id":1}}',
  '"' + 'x'.repeat(300) + '"',
];
const NASTY_HEADERS = [
  '',
  ' ',
  '\0',
  'x'.repeat(10_000),
  'a:b:c',
  ':::',
  '=',
  '%',
  'sha256=',
  'Bearer ',
  '../..',
  '-1',
  'ü',
];

/** A body with a few bytes or values changed, cut off, doubled or put in; now and then noise. */
export function mutateBody(body: Buffer, random: SeededNumbers): Buffer {
  if (random.once(20)) return Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
  let changed: Buffer = Buffer.from(body);
  for (let times = random.below(4); times > 0; times -= 1) changed = mutateOnce(changed, random);
  return changed;
}

function mutateOnce(body: Buffer, random: SeededNumbers): Buffer {
  const at = random.below(body.length + 1);
  switch (random.below(6)) {
    case 0:
      return body.subarray(0, at);
    case 1:
      return Buffer.concat([body.subarray(0, at), Buffer.from([random.below(256)]), body.subarray(at)]);
    case 2:
      return Buffer.concat([body.subarray(0, at), body.subarray(Math.max(0, at - random.below(40)))]);
    case 3: {
      const copy = Buffer.from(body);
      if (copy.length > 0) copy[at % copy.length] = random.below(256);
      return copy;
    }
    default:
      return replaceValue(body, random);
  }
}

/** Puts something else in the place of a JSON value. */
function replaceValue(body: Buffer, random: SeededNumbers): Buffer {
  const text = body.toString('latin1');
  const values = [...text.matchAll(/:\s*("(?:[^"\\]|\\.)*"|-?\d+|true|false|null)/g)];
  if (values.length === 0) return body;
  const { index, 0: whole } = random.pick(values);
  const replaced = `${text.slice(0, index)}:${random.pick(NASTY)}${text.slice(index + whole.length)}`;
  return Buffer.from(replaced, 'latin1');
}

/** Headers with some left out, some changed and some made up. */
export function mutateHeaders(
  headers: Readonly<Record<string, string>>,
  random: SeededNumbers,
): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (random.once(8)) continue;
    changed[name] = random.once(8) ? random.pick(NASTY_HEADERS) : value;
  }
  return changed;
}
