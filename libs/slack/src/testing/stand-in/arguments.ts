/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses JSON; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The arguments of a call, whether they came as a form or as JSON. */
export class Arguments {
  constructor(readonly fields: Readonly<Record<string, string>>) {}

  /** Nested values stand in forms as JSON text, so JSON is brought to that form. */
  static read(body: string, contentType: string): Arguments {
    if (!contentType.includes('json')) return new Arguments(Object.fromEntries(new URLSearchParams(body)));
    const value = parseJson(body);
    const entries = Object.entries(isObject(value) ? value : {});
    return new Arguments(
      Object.fromEntries(entries.map(([name, item]) => [name, typeof item === 'string' ? item : JSON.stringify(item)])),
    );
  }

  text(name: string): string {
    return this.fields[name] ?? '';
  }

  /** `undefined` when there is none; text that is no JSON stays text, which no rule accepts. */
  json(name: string): unknown {
    const text = this.fields[name];
    return text === undefined || text === '' ? undefined : (parseJson(text) ?? text);
  }

  flag(name: string): boolean {
    return ['1', 'true'].includes(this.text(name));
  }
}
