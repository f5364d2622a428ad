import { BadRequestException } from '@nestjs/common';
import type { z } from 'zod';

/**
 * Reads a JSON body, given as bytes or parsed already.
 *
 * @throws BadRequestException that names the field, never its value
 */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(parse(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new BadRequestException({ error: 'bad_request', detail: `${field} ${issue?.message ?? ''}`.trim() });
}

function parse(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString('utf8')) : body;
  } catch {
    throw new BadRequestException({ error: 'bad_request', detail: 'the body is not JSON' });
  }
}
