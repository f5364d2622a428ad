import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { AdminGuard, readBody } from '@switchyard/admin-api';
import { AppEventRelay, occurrenceSchema } from '@switchyard/app-events';

/** Takes what happened in this region for the apps that want to know. 202: it is committed here and will arrive. */
@Controller('admin/api/app-events')
@UseGuards(AdminGuard)
export class AppEventsController {
  constructor(private readonly relay: AppEventRelay) {}

  @Post()
  @HttpCode(202)
  async take(@Body() body: unknown): Promise<{ key: string }> {
    const occurrence = readBody(occurrenceSchema, body);
    await this.relay.tell(occurrence);
    return { key: occurrence.key };
  }
}
