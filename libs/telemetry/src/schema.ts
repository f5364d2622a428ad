/** The schema of an app's database, as far as its main function works with it. */
export interface Schema {
  /** @throws SwitchyardError that says what to run when migrations are pending */
  requireCurrent(): Promise<void>;
  /** Applies what is pending; resolves to its names. */
  apply(): Promise<readonly string[]>;
  /** What `apply` would do. */
  plan(): Promise<SchemaReport>;
  /** Whether everything is applied as it is written. */
  verify(): Promise<SchemaReport>;
}

/** What people read. */
export interface SchemaReport {
  readonly lines: readonly string[];
  /** Otherwise the exit code is 1. */
  readonly isGood: boolean;
}
