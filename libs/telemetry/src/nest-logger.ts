import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger';

/** Carries Nest's own messages into the app's log; its start-up chatter becomes debug lines. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context, detail: String(message) }, 'nest.logged');
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context, detail: String(message) }, 'nest.warned');
  }

  error(message: unknown, stack?: unknown, context?: unknown): void {
    this.logger.error({ context, detail: String(message), stack }, 'nest.failed');
  }

  debug(message: unknown, context?: unknown): void {
    this.logger.debug({ context, detail: String(message) }, 'nest.logged');
  }
}
