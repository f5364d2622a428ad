/*
 * Reads a few fields of a JSON document and walks over the rest.
 *
 * A routing decision needs two or three numbers of a payload that may have 25 MB. `JSON.parse` builds all of it, which costs
 * several times what the signature costs and holds up every other request meanwhile. The scanner checks the same grammar byte
 * by byte (a document that `JSON.parse` refuses is refused here, and a field has the value that `JSON.parse` gives it: the
 * specs compare the two), builds only the fields asked for, and can stop anywhere and go on.
 */
import type { FieldNode } from './field-set';
import { DEPTH_MAX, endOfScalar, endOfString, Expect, JsonSkipper } from './json-skipper';

const QUOTE = 0x22;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;

/** An object of which something is wanted. */
interface Level {
  readonly wanted: FieldNode;
  readonly built: Record<string, unknown>;
}

type Progress = 'done' | 'more' | 'broken';

/** One walk through one document; {@link run} goes on where it stopped. */
export class JsonScanner {
  /** The fields found; only meaningful once {@link run} has said `done`. */
  readonly result: Record<string, unknown> = {};
  private position = 0;
  private expect = Expect.Value;
  private readonly levels: Level[] = [];
  private readonly skipper: JsonSkipper;
  private isSkipping = false;
  /** The wanted field whose value comes next. */
  private field: { readonly name: string; readonly node: FieldNode } | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly wanted: FieldNode,
  ) {
    this.skipper = new JsonSkipper(bytes);
  }

  /** Walks on to about `until`; `broken` for what is no JSON object, for good. */
  run(until: number): Progress {
    if (this.position === 0 && !this.openDocument()) return 'broken';
    while (this.levels.length > 0) {
      const progress = this.isSkipping ? this.skip(until) : this.advance(until);
      if (progress !== 'done') return progress;
    }
    this.skipSpace();
    return this.position === this.bytes.length ? 'done' : 'broken';
  }

  private openDocument(): boolean {
    this.skipSpace();
    if (this.bytes[this.position] !== OPEN_OBJECT) return false;
    this.open(this.wanted, this.result);
    return true;
  }

  private open(wanted: FieldNode, built: Record<string, unknown>): void {
    this.levels.push({ wanted, built });
    this.position += 1;
    this.expect = Expect.FirstKeyOrEnd;
  }

  private skip(until: number): Progress {
    const progress = this.skipper.run(until);
    this.position = this.skipper.position;
    if (progress === 'done') this.isSkipping = false;
    return progress;
  }

  /** One step through the objects of which something is wanted. */
  private advance(until: number): Progress {
    if (this.position >= until) return this.position >= this.bytes.length ? 'broken' : 'more';
    this.skipSpace();
    const byte = this.bytes[this.position];
    const canEnd = this.expect === Expect.FirstKeyOrEnd || this.expect === Expect.CommaOrEnd;
    if (byte === 0x7d && canEnd) return this.close();
    if (this.expect === Expect.Value) return this.value(byte) ? 'done' : 'broken';
    if (this.expect !== Expect.CommaOrEnd) return this.key(byte) ? 'done' : 'broken';
    if (byte !== 0x2c) return 'broken';
    this.position += 1;
    this.expect = Expect.Key;
    return 'done';
  }

  private close(): Progress {
    this.levels.pop();
    this.position += 1;
    this.expect = Expect.CommaOrEnd;
    return 'done';
  }

  private key(byte: number | undefined): boolean {
    const start = this.position;
    if (byte !== QUOTE || (this.position = endOfString(this.bytes, start + 1)) < 0) return false;
    const name = this.textOf(start, this.position);
    const node = this.level.wanted.children.get(name);
    this.field = node && { name, node };
    this.skipSpace();
    if (this.bytes[this.position] !== 0x3a) return false;
    this.position += 1;
    this.expect = Expect.Value;
    return true;
  }

  private value(byte: number | undefined): boolean {
    this.expect = Expect.CommaOrEnd;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) return this.container(byte === OPEN_OBJECT);
    const start = this.position;
    const end = byte === QUOTE ? endOfString(this.bytes, start + 1) : endOfScalar(this.bytes, start);
    if (end < 0) return false;
    this.position = end;
    if (this.field === undefined) return true;
    this.put(byte === QUOTE ? this.textOf(start, end) : scalarOf(this.bytes.toString('latin1', start, end)));
    return true;
  }

  /** An object of which something is wanted is walked through here; of anything else only the kind is kept. */
  private container(isObject: boolean): boolean {
    const { field } = this;
    if (field !== undefined && isObject && field.node.children.size > 0) {
      if (this.levels.length === DEPTH_MAX) return false;
      const built = {};
      this.put(built);
      this.open(field.node, built);
      return true;
    }
    if (field !== undefined) this.put(isObject ? {} : []);
    this.skipper.begin(this.position, this.levels.length, isObject);
    this.isSkipping = true;
    return true;
  }

  /** The last one of several fields of one name counts, as with `JSON.parse`. */
  private put(value: unknown): void {
    if (this.field !== undefined) this.level.built[this.field.name] = value;
    this.field = undefined;
  }

  private get level(): Level {
    return this.levels[this.levels.length - 1] as Level;
  }

  private skipSpace(): void {
    for (;;) {
      const byte = this.bytes[this.position];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.position += 1;
    }
  }

  /** The text of a string; `start` is at its opening quote, `end` behind the closing one. */
  private textOf(start: number, end: number): string {
    const text = this.bytes.toString('utf8', start + 1, end - 1);
    return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
  }
}

/** The value of a number or a word whose grammar has been checked. */
function scalarOf(text: string): number | boolean | null {
  if (text === 'null') return null;
  return text === 'true' || text === 'false' ? text === 'true' : Number(text);
}
