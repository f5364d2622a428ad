/** One change of a schema. */
export interface Migration {
  /** Unique over all libs: `outbox_0001_stored_webhooks`. */
  readonly name: string;
  /** Its place in the lib: 1, 2, 3… */
  readonly number: number;
  readonly sql: string;
}

const FILE_NAME = /^(\d{4})_[a-z0-9_]+$/;

/**
 * Declares the migrations of one lib from its SQL files.
 *
 * @param files in order, `name` is the file's name without `.sql`: `0001_stored_webhooks`
 */
export function defineMigrations(lib: string, files: readonly { name: string; sql: string }[]): Migration[] {
  return files.map(({ name, sql }, index) => {
    const number = Number(FILE_NAME.exec(name)?.[1]);
    if (number !== index + 1)
      throw new Error(`migration ${name} of ${lib} must be named ${String(index + 1).padStart(4, '0')}_subject`);
    return { name: `${lib.replaceAll('-', '_')}_${name}`, number, sql };
  });
}
