import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

/**
 * Reads the JSON body of an admin request by a schema. Bodies are bytes on every route of the gateway.
 *
 * @throws UnsupportedMediaTypeException or BadRequestException that names the field
 */
export function readJson<Schema extends z.ZodType>(request: FastifyRequest, schema: Schema): z.output<Schema> {
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new UnsupportedMediaTypeException('send Content-Type: application/json');
  return check(schema, parse(request.body), '');
}

/** Reads path or query parameters by a schema. @throws BadRequestException that names the parameter */
export function readParameters<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  return check(schema, given, 'parameter ');
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch {
    throw new BadRequestException('the body is not JSON');
  }
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path.join('.') ?? '';
  throw new BadRequestException(`${what}${name === '' ? '' : `${name}: `}${issue?.message ?? 'not accepted'}`);
}
