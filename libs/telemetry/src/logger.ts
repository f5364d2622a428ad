import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';

/** DI token of the process's {@link Logger}. */
export const LOGGER = Symbol('LOGGER');

/** A JSON logger. First argument: the fields of the event; second: its name, `subject.past_participle`. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'flush'> & {
  child(bindings: Readonly<Record<string, unknown>>): Logger;
};

/** Names that never reach a log, at the top level or one level down, whoever passes them. */
const REDACTED = [
  'authorization',
  'body',
  'cookie',
  'password',
  'payload',
  'response_url',
  'secret',
  'secrets',
  'signature',
  'token',
  'trigger_id',
];

/**
 * Makes the logger of one app: one JSON object per line on standard output.
 *
 * @param destination where lines go instead, for tests
 */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    messageKey: 'event',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    serializers: { err: describeError, error: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A logger that writes nothing. */
export const silentLogger: Logger = createLogger('silent', 'silent');

/** What of an error is safe and useful in a log: its names, code, remedy and causes. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, remedy, details, cause } = error as Error & Record<string, unknown>;
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(details === undefined ? {} : { details }),
    stack: error.stack,
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}
