import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController, Operation, readJson } from '../admin';
import { ExplainService } from './explain.service';
import type { Explanation } from './explanation';

/** Where it is; its bodies may be larger than those of other admin requests. */
export const EXPLAIN_PATH = '/admin/api/explain';
/** Larger requests are explained without their body's tail: nobody sends megabytes to an admin API. */
export const EXPLAIN_MAX_BYTES = 4 * 1_048_576;

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~\w-]{1,100}$/, 'must be a header name');
const headerValue = z
  .string()
  .max(8_192)
  .regex(/^[^\r\n\0]*$/, 'must be one line');

const body = z
  .strictObject({
    method: z
      .string()
      .regex(/^[A-Za-z]{1,16}$/, 'must be a method such as POST')
      .default('POST'),
    path: z.string().startsWith('/').max(8_192),
    headers: z
      .union([z.record(headerName, headerValue), z.array(z.tuple([headerName, headerValue])).max(200)])
      .default({}),
    body: z.string().optional(),
    bodyBase64: z.base64().optional(),
    senderAddress: z.union([z.ipv4(), z.ipv6()]).optional(),
    at: z.iso.datetime({ offset: true }).optional(),
  })
  .refine((given) => given.body === undefined || given.bodyBase64 === undefined, 'give body or bodyBase64, not both');

const answers = {
  type: 'object',
  properties: {
    decision: { type: 'string' },
    reason: { type: 'string' },
    because: { type: 'string' },
    steps: { type: 'array', items: { type: 'object', additionalProperties: true } },
  },
  required: ['decision', 'reason', 'because', 'steps'],
};

/** "Why did it go there?" */
@Controller('admin/api/explain')
@AdminController('explain')
export class ExplainController {
  constructor(private readonly explainer: ExplainService) {}

  @Post()
  @HttpCode(200)
  @Operation({
    id: 'explain',
    summary: 'What would be done with a request, step by step; nothing is sent or stored',
    answers,
    body,
    scope: 'viewer',
  })
  async explain(@Req() request: FastifyRequest): Promise<Explanation> {
    const { method, path, headers, body: text, bodyBase64, senderAddress, at } = readJson(request, body);
    const rawHeaders = (Array.isArray(headers) ? headers : Object.entries(headers)).flat();
    const bytes = bodyBase64 === undefined ? Buffer.from(text ?? '') : Buffer.from(bodyBase64, 'base64');
    const raw = { method: method.toUpperCase(), url: path, rawHeaders, body: bytes, senderAddress };
    return this.explainer.explain(raw, at === undefined ? undefined : Date.parse(at));
  }
}
