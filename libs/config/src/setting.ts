import { SwitchyardError } from '@switchyard/primitives';

/** How one setting is read, checked and documented. */
export interface Setting<Value> {
  /** Name of the environment variable. */
  readonly env: string;
  /** One sentence for docs/settings.md. */
  readonly description: string;
  /** What is accepted, for the table and for error messages: `integer from 1 to 64`. */
  readonly accepted: string;
  /** A valid value, for error messages. */
  readonly example: string;
  /** Never printed. */
  readonly isSecret: boolean;
  /** As written in the environment; `undefined` when the setting has none. */
  readonly defaultText: string | undefined;
  /** Whether start fails without it. */
  readonly isRequired: boolean;
  /** Turns text into the value; throws an Error whose message says what is wrong without repeating the text. */
  readonly parse: (text: string) => Value;
  /** The value when neither text nor default is there. */
  readonly absent: Value | undefined;
}

interface Common {
  readonly env: string;
  readonly description: string;
  readonly isSecret?: boolean;
}

type SettingDefaults<Value> =
  | { readonly default: string; readonly optional?: never }
  | { readonly optional: true; readonly default?: never }
  | { readonly default?: never; readonly optional?: never; readonly absent?: Value };

type Result<Value, Options> = Options extends { optional: true } ? Setting<Value | undefined> : Setting<Value>;

function make<Value, Options extends Common & SettingDefaults<Value>>(
  options: Options,
  rest: { accepted: string; example: string; parse: (text: string) => Value },
): Result<Value, Options> {
  return {
    env: options.env,
    description: options.description,
    isSecret: options.isSecret ?? false,
    defaultText: options.default,
    isRequired: options.default === undefined && options.optional !== true,
    absent: undefined,
    ...rest,
  } as unknown as Result<Value, Options>;
}

function fail(what: string): never {
  throw new Error(what);
}

/** A whole number within bounds. */
export function integer<const Options extends Common & SettingDefaults<number> & { min: number; max: number }>(
  options: Options,
): Result<number, Options> {
  const { min, max } = options;
  return make<number, Options>(options, {
    accepted: `integer from ${min} to ${max}`,
    example: options.default ?? String(min),
    parse: (text) => {
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : fail('it is not a whole number');
      return value >= min && value <= max ? value : fail('it is out of bounds');
    },
  });
}

/** `true` or `false`. */
export function boolean<const Options extends Common & SettingDefaults<boolean>>(
  options: Options,
): Result<boolean, Options> {
  return make<boolean, Options>(options, {
    accepted: '`true` or `false`',
    example: 'true',
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : fail('it is neither true nor false')),
  });
}

/** Any text that is not empty. */
export function text<const Options extends Common & SettingDefaults<string> & { example?: string }>(
  options: Options,
): Result<string, Options> {
  return make<string, Options>(options, {
    accepted: 'text',
    example: options.example ?? options.default ?? 'text',
    parse: (value) => value,
  });
}

/** One of a closed set of words. */
export function oneOf<
  const Word extends string,
  const Options extends Common & SettingDefaults<Word> & { words: readonly Word[] },
>(options: Options & { words: readonly Word[] }): Result<Word, Options> {
  return make<Word, Options>(options, {
    accepted: options.words.map((word) => `\`${word}\``).join(', '),
    example: options.words[0] ?? '',
    parse: (value) => options.words.find((word) => word === value) ?? fail('it is not one of the accepted words'),
  });
}

/** An absolute URL with one of the given schemes. */
export function url<
  const Options extends Common & SettingDefaults<string> & { schemes: readonly string[]; example: string },
>(options: Options): Result<string, Options> {
  return make<string, Options>(options, {
    accepted: `URL starting with ${options.schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    example: options.example,
    parse: (value) => {
      const parsed = URL.canParse(value) ? new URL(value) : fail('it is not a URL');
      return options.schemes.includes(parsed.protocol.slice(0, -1)) ? value : fail('its scheme is not accepted');
    },
  });
}

/** Values separated by commas; white space around them is ignored. */
export function list<const Options extends Common & SettingDefaults<readonly string[]> & { example: string }>(
  options: Options,
): Result<readonly string[], Options> {
  return make<readonly string[], Options>(options, {
    accepted: 'values separated by commas',
    example: options.example,
    parse: (value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
  });
}

/** A JSON document, written in the variable itself or as `@path` of a file; `parse` narrows it. */
export function json<
  Value,
  const Options extends Common &
    SettingDefaults<Value> & { accepted: string; example: string; check: (value: unknown) => Value },
>(options: Options & { check: (value: unknown) => Value }): Result<Value, Options> {
  return make<Value, Options>(options, {
    accepted: `${options.accepted}, or \`@file\``,
    example: options.example,
    parse: (value) => {
      let document: unknown;
      try {
        document = JSON.parse(value);
      } catch {
        return fail('it is not JSON');
      }
      return options.check(document);
    },
  });
}

/** Any other form, with its own parser. */
export function custom<
  Value,
  const Options extends Common &
    SettingDefaults<Value> & { accepted: string; example: string; parse: (text: string) => Value },
>(options: Options & { parse: (text: string) => Value }): Result<Value, Options> {
  return make<Value, Options>(options, {
    accepted: options.accepted,
    example: options.example,
    parse: options.parse,
  });
}

/** Start was refused because of the configuration; the message lists every problem at once. */
export class SettingsError extends SwitchyardError {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      {
        code: 'SWY_CONFIG_INVALID',
        remedy: 'Correct the named environment variables; docs/settings.md lists them all.',
      },
    );
  }
}
