import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { AppEventRelay, occurrenceSchema } from '@switchyard/app-events';
import type { FastifyRequest } from 'fastify';
import { AdminController, Operation, readJson } from '../admin';

const answers = { type: 'object', additionalProperties: true };

/** What happens in control, for the apps that want to know. */
@Controller('admin/api/app-events')
@AdminController('app events')
export class AppEventsController {
  constructor(private readonly relay: AppEventRelay) {}

  @Post()
  @HttpCode(202)
  @Operation({
    id: 'tellApps',
    summary: 'Takes what happened for the apps that subscribe; it is committed here and reaches the notifier later',
    answers,
    body: occurrenceSchema,
  })
  async take(@Req() request: FastifyRequest): Promise<{ key: string }> {
    const occurrence = readJson(request, occurrenceSchema);
    await this.relay.tell(occurrence);
    return { key: occurrence.key };
  }
}
