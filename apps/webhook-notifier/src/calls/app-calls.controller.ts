import { Body, Controller, HttpCode, NotFoundException, Param, Post, UseGuards } from '@nestjs/common';
import { AdminGuard, readBody } from '@switchyard/admin-api';
import { z } from 'zod';
import { uuid } from '../admin/schemas';
import { AppCalls, CALL_EVENTS } from './app-call.service';
import type { AppCallResult } from './app-call.service';

const callBody = z.strictObject({
  event: z.enum(CALL_EVENTS),
  uri: z.string().min(1).max(512),
  query: z.record(z.string().max(64), z.string().max(1_000)).optional(),
  body: z.record(z.string(), z.unknown()).optional(),
});

/** Questions to apps that a person waits for: options of a form, external issues, the form of an alert rule. */
@Controller('admin/api/installations/:uuid/calls')
@UseGuards(AdminGuard)
export class AppCallsController {
  constructor(private readonly calls: AppCalls) {}

  @Post()
  @HttpCode(200)
  async call(@Param('uuid') id: string, @Body() body: unknown): Promise<AppCallResult> {
    const result = await this.calls.call(readBody(uuid, id), readBody(callBody, body));
    if (result === undefined) throw new NotFoundException('there is no such installation');
    return result;
  }
}
