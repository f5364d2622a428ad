/** What a {@link SwitchyardError} carries besides its message. */
export interface SwitchyardErrorOptions {
  /** Stable name, `SWY_AREA_WHAT`; listed in docs/errors.md. */
  readonly code: string;
  /** One sentence: what the reader can do about it. */
  readonly remedy: string;
  /** Facts that are safe to log: never a secret, a payload or a token. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The base of every error that Switchyard throws on purpose. */
export class SwitchyardError extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: SwitchyardErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.remedy = options.remedy;
    this.details = options.details ?? {};
  }
}
