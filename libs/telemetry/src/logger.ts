import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { currentTrace } from './tracing';

/** DI token of the process's {@link Logger}. */
export const LOGGER = Symbol('LOGGER');

/** A JSON logger. First argument: the fields of the event; second: its name, `subject.past_participle`. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'flush'> & {
  child(bindings: Readonly<Record<string, unknown>>): Logger;
};

/** Names that never reach a log, at the top level or one level down, whoever passes them. */
const REDACTED = new Set([
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
]);
const CENSORED = '[redacted]';

/** Lines gather to so many bytes before they are written: a write per line is what costs most in a busy process. */
const WRITE_BYTES = 16_000;
/** A line is never held back longer than this. */
const WRITE_EVERY_MS = 500;

/**
 * Makes the logger of one app: one JSON object per line on standard output, written in batches and at exit.
 *
 * @param destination where lines go instead, for tests
 */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    messageKey: 'event',
    // Milliseconds since 1970: a date string per line costs as much as the rest of the line.
    timestamp: pino.stdTimeFunctions.epochTime,
    formatters: { level: (label: string) => ({ level: label }), log: redact },
    serializers: { err: describeError, error: describeError },
    mixin: traceOfLine,
  };
  return pino(options, destination ?? batchedOutput());
}

/** The trace of the work that writes the line, whichever logger writes it. */
function traceOfLine(): { trace_id?: string } {
  const context = currentTrace();
  // pino merges the event's fields into what it gets here, so an object that is shared would gather them.
  return context === undefined ? {} : { trace_id: context.traceId };
}

function batchedOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: false, minLength: WRITE_BYTES });
  // A reader that went away must not end the app.
  output.on('error', () => undefined);
  setInterval(() => output.flush(), WRITE_EVERY_MS).unref();
  // A process that ends, for whatever reason it can still act on, says first what it had to say.
  process.on('exit', () => output.flushSync());
  return output;
}

/** Replaces what must not be logged. Fields are few and flat, so that a look at each name is all it takes. */
function redact(fields: Record<string, unknown>): Record<string, unknown> {
  let clean = fields;
  for (const name in fields) {
    const value = fields[name];
    const kept = REDACTED.has(name) ? CENSORED : isPlainObject(value) ? redactNames(value) : value;
    if (kept === value) continue;
    if (clean === fields) clean = { ...fields };
    clean[name] = kept;
  }
  return clean;
}

function redactNames(fields: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(fields).filter((name) => REDACTED.has(name));
  return names.length === 0 ? fields : { ...fields, ...Object.fromEntries(names.map((name) => [name, CENSORED])) };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A logger that writes nothing. */
export const silentLogger: Logger = createLogger('silent', 'silent', { write: () => undefined });

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
