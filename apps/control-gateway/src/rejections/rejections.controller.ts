import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { AdminController, Operation, readParameters } from '../admin';
import type { RejectedRequest } from './rejected-request';
import { RejectionLog } from './rejection.log';

const word = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w-]+$/, 'must be letters, digits, - and _')
  .optional();

const query = z.strictObject({
  provider: word,
  reason: word,
  requestId: word,
  since: z.iso.datetime({ offset: true }).optional(),
  before: z
    .string()
    .regex(/^\d{1,18}$/, 'must be the id of an entry')
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** Requests that were turned away, for "the provider says that it sent it". */
@Controller('admin/api/rejected-requests')
@AdminController('rejected requests')
export class RejectionsController {
  constructor(private readonly rejections: RejectionLog) {}

  @Get()
  @Operation({
    id: 'listRejectedRequests',
    summary: 'Rejected requests with the reason and the facts behind it, newest first; bodies are not kept',
    answers: { type: 'object', additionalProperties: true },
    isList: true,
    query,
  })
  async list(@Query() given: unknown): Promise<{ items: readonly RejectedRequest[] }> {
    const { since, ...rest } = readParameters(query, given);
    return { items: await this.rejections.list({ ...rest, ...(since && { since: new Date(since) }) }) };
  }
}
