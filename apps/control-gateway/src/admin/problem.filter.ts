import { Catch, HttpException, Inject } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { DirectoryConflictError, DirectoryReferenceError } from '@switchyard/directory';
import { SwitchyardError } from '@switchyard/primitives';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { FastifyReply } from 'fastify';

/** What every failed admin request is answered with. */
export interface Problem {
  /** A stable word. */
  readonly error: string;
  readonly detail: string;
  readonly remedy?: string;
}

const WORDS: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  404: 'not_found',
  413: 'body_too_large',
  415: 'unsupported_media_type',
};

/** Turns exceptions of the admin API into problem bodies; what nobody expected is logged here, once, and not told. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { status, problem } = this.describe(error);
    void host.switchToHttp().getResponse<FastifyReply>().status(status).send(problem);
  }

  private describe(error: unknown): { status: number; problem: Problem } {
    if (error instanceof DirectoryConflictError) return { status: 409, problem: problemOf('conflict', error) };
    if (error instanceof DirectoryReferenceError)
      return { status: 422, problem: problemOf('unknown_reference', error) };
    const status =
      error instanceof HttpException ? error.getStatus() : ((error as { statusCode?: number }).statusCode ?? 500);
    const said = error instanceof HttpException ? error.getResponse() : undefined;
    if (status < 500 && isProblem(said)) return { status, problem: said };
    if (status < 500 && error instanceof Error) {
      return { status, problem: { error: WORDS[status] ?? 'refused', detail: error.message } };
    }
    this.logger.error({ error }, 'admin.failed');
    return { status: 500, problem: { error: 'unexpected', detail: 'the request met an error that nobody expected' } };
  }
}

const isProblem = (said: unknown): said is Problem =>
  typeof said === 'object' && said !== null && 'error' in said && 'detail' in said;

function problemOf(word: string, { message, remedy }: SwitchyardError): Problem {
  return { error: word, detail: message, remedy };
}
