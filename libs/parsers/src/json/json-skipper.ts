/*
 * Walks over JSON that nobody wants to know, and checks its grammar.
 *
 * This is where the time of a decision about a large webhook goes: one loop over local variables, 1.5 times as fast as the same
 * split into methods. Everything that reads a value is in `json-scanner.ts`.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Deeper documents are refused: no provider sends them, and 25 MB of brackets should not cost as much again. */
export const DEPTH_MAX = 100_000;
/** Room for the levels that are usual; it grows when a document needs more. */
const DEPTH_USUAL = 64;

/** Bytes at which a string is not simply walked on: its end, an escape, a control character. */
const STOPS_STRING = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? 1 : 0,
);
const IS_ESCAPE = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
const IS_HEX = Uint8Array.from({ length: 256 }, (_, byte) => (/[0-9a-fA-F]/.test(String.fromCharCode(byte)) ? 1 : 0));

/** What may come next. */
export const enum Expect {
  Value,
  FirstValueOrEnd,
  FirstKeyOrEnd,
  Key,
  CommaOrEnd,
}

/** Behind the closing quote of a string whose first byte is at `position`; -1 when it is broken. */
export function endOfString(bytes: Buffer, start: number): number {
  const end = bytes.length;
  let position = start;
  for (;;) {
    while (position < end && STOPS_STRING[bytes[position] as number] === 0) position += 1;
    const stop = position < end ? (bytes[position] as number) : -1;
    if (stop === QUOTE) return position + 1;
    if (stop !== BACKSLASH) return -1;
    const length = escapeLength(bytes, position + 1);
    if (length === 0) return -1;
    position += length;
  }
}

/** Bytes of an escape, its backslash included; 0 when it is none. `at` is behind the backslash. */
function escapeLength(bytes: Buffer, at: number): number {
  const kind = bytes[at] ?? 0;
  if (IS_ESCAPE[kind] === 1) return 2;
  if (kind !== 0x75) return 0;
  for (let index = 1; index <= 4; index += 1) if (IS_HEX[bytes[at + index] ?? 0] !== 1) return 0;
  return 6;
}

/** Behind a number, `true`, `false` or `null`; -1 when it is none of them. */
export function endOfScalar(bytes: Buffer, start: number): number {
  const byte = bytes[start] ?? 0;
  if (byte === 0x74) return endOfWord(bytes, start, TRUE);
  if (byte === 0x66) return endOfWord(bytes, start, FALSE);
  if (byte === 0x6e) return endOfWord(bytes, start, NULL);
  return endOfNumber(bytes, start);
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
const TRUE = bytesOf('true');
const FALSE = bytesOf('false');
const NULL = bytesOf('null');

function endOfWord(bytes: Buffer, start: number, word: Buffer): number {
  for (let index = 0; index < word.length; index += 1) if (bytes[start + index] !== word[index]) return -1;
  return start + word.length;
}

function endOfNumber(bytes: Buffer, start: number): number {
  let position = bytes[start] === 0x2d ? start + 1 : start;
  if (bytes[position] === 0x30) position += 1;
  else if ((position = endOfDigits(bytes, position)) < 0) return -1;
  if (bytes[position] === 0x2e && (position = endOfDigits(bytes, position + 1)) < 0) return -1;
  const exponent = bytes[position];
  if (exponent !== 0x65 && exponent !== 0x45) return position;
  const sign = bytes[position + 1];
  return endOfDigits(bytes, position + (sign === 0x2b || sign === 0x2d ? 2 : 1));
}

function endOfDigits(bytes: Buffer, start: number): number {
  let position = start;
  for (let byte = bytes[position] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[position] ?? 0) position += 1;
  return position > start ? position : -1;
}

function grown(levels: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(levels.length * 2);
  larger.set(levels);
  return larger;
}

/** Walks through one container, in as many stretches as its caller likes. */
export class JsonSkipper {
  /** Where the walk is; behind the container once it is done. */
  position = 0;
  private depth = 0;
  private expect = Expect.Value;
  /** 1 for an object, 0 for an array, by depth. */
  private isObject = new Uint8Array(DEPTH_USUAL);

  constructor(private readonly bytes: Buffer) {}

  /** Begins at a bracket, `depth` levels below the document. */
  begin(position: number, depth: number, isObject: boolean): void {
    this.position = position + 1;
    this.depth = this.outside = depth;
    this.depth += 1;
    if (this.depth >= this.isObject.length) this.isObject = grown(this.isObject);
    this.isObject[this.depth] = isObject ? 1 : 0;
    this.expect = isObject ? Expect.FirstKeyOrEnd : Expect.FirstValueOrEnd;
  }
  private outside = 0;

  /** Walks to the end of the container or to about `until`. */
  // eslint-disable-next-line complexity -- one loop, for the sake of speed: see the head of the file
  run(until: number): 'done' | 'more' | 'broken' {
    const { bytes, outside } = this;
    let { position, depth, expect, isObject } = this;
    while (position < until) {
      const byte = bytes[position] as number;
      if (byte <= 0x20) {
        if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return 'broken';
        position += 1;
        continue;
      }
      if (byte === QUOTE) {
        if (expect === Expect.CommaOrEnd) return 'broken';
        position += 1;
        while (STOPS_STRING[bytes[position] as number] === 0) position += 1;
        if (bytes[position] === QUOTE) position += 1;
        else if ((position = endOfString(bytes, position)) < 0) return 'broken';
        if (expect < Expect.FirstKeyOrEnd) {
          expect = Expect.CommaOrEnd;
          continue;
        }
        while (bytes[position] !== 0x3a) {
          const space = bytes[position];
          if (space !== 0x20 && space !== 0x0a && space !== 0x0d && space !== 0x09) return 'broken';
          position += 1;
        }
        position += 1;
        expect = Expect.Value;
      } else if (byte === 0x2c) {
        if (expect !== Expect.CommaOrEnd) return 'broken';
        expect = isObject[depth] === 1 ? Expect.Key : Expect.Value;
        position += 1;
      } else if (byte === 0x7d || byte === 0x5d) {
        const closes = byte === 0x7d ? 1 : 0;
        const isFirst = expect === (closes === 1 ? Expect.FirstKeyOrEnd : Expect.FirstValueOrEnd);
        if ((expect !== Expect.CommaOrEnd && !isFirst) || isObject[depth] !== closes) return 'broken';
        position += 1;
        depth -= 1;
        expect = Expect.CommaOrEnd;
        if (depth === outside) {
          this.position = position;
          return 'done';
        }
      } else if (expect > Expect.FirstValueOrEnd) {
        return 'broken';
      } else if (byte === 0x7b || byte === 0x5b) {
        if (depth === DEPTH_MAX) return 'broken';
        depth += 1;
        if (depth === isObject.length) isObject = this.isObject = grown(isObject);
        isObject[depth] = byte === 0x7b ? 1 : 0;
        expect = byte === 0x7b ? Expect.FirstKeyOrEnd : Expect.FirstValueOrEnd;
        position += 1;
      } else {
        if ((position = endOfScalar(bytes, position)) < 0) return 'broken';
        expect = Expect.CommaOrEnd;
      }
    }
    this.position = position;
    this.depth = depth;
    this.expect = expect;
    return position >= bytes.length ? 'broken' : 'more';
  }
}
