/** As much of an error as deciding the exit code takes; telemetry knows no other lib's classes. */
interface StartError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly remedy?: unknown;
}

/** sysexits.h: the configuration is wrong. */
const EX_CONFIG = 78;

/**
 * Runs an app's main function. A failure at start is told in words a person can act on, without a stack for what is only a
 * wrong setting, and ends the process: exit code 78 for the configuration, 1 for the rest.
 */
export function runApp(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const { code, message, remedy } = error as StartError;
    const isConfiguration = code === 'SWY_CONFIG_INVALID';
    const text =
      isConfiguration || !(error instanceof Error) ? String(message ?? error) : (error.stack ?? error.message);
    process.stderr.write(`${text}\n${typeof remedy === 'string' ? `${remedy}\n` : ''}`);
    process.exit(isConfiguration ? EX_CONFIG : 1);
  });
}
