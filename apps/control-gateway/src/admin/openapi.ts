import { applyDecorators, UseFilters, UseGuards } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiForbiddenResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
  DocumentBuilder,
  SwaggerModule,
} from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { AdminGuard, RequiresScope } from '@switchyard/admin-api';
import type { AdminScope } from '@switchyard/admin-api';
import { ProblemFilter } from './problem.filter';

/** Where the document is served, to anybody: it describes the API and holds nothing of a customer. */
export const OPENAPI_PATH = '/admin/api/openapi.json';

type SchemaObject = Parameters<typeof ApiOkResponse>[0] extends infer Options
  ? Options extends { schema: infer Schema }
    ? Schema
    : never
  : never;

const problem = {
  type: 'object',
  properties: { error: { type: 'string' }, detail: { type: 'string' }, remedy: { type: 'string' } },
  required: ['error', 'detail'],
};

/** An admin controller: behind the guard, with problem bodies. */
export function AdminController(tag: string) {
  return applyDecorators(UseGuards(AdminGuard), UseFilters(ProblemFilter), DescribedController(tag));
}

/** What all controllers behind the guard have in common in the document. */
export function DescribedController(tag: string) {
  return applyDecorators(
    ApiTags(tag),
    ApiBearerAuth(),
    ApiUnauthorizedResponse({ description: 'The admin token is missing or wrong.', schema: problem }),
    ApiForbiddenResponse({
      description: 'The token has too small a scope; the detail names the one.',
      schema: problem,
    }),
    ApiTooManyRequestsResponse({ description: 'Too many wrong tokens from this address.', schema: problem }),
    ApiBadRequestResponse({
      description: 'A parameter or a field is not accepted; the detail names it.',
      schema: problem,
    }),
  );
}

interface OperationOptions {
  readonly id: string;
  readonly summary: string;
  /** Schema of one resource, or of a list's entries. */
  readonly answers: object;
  readonly isList?: boolean;
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** When it is not `viewer` for reading and `operator` for the rest. */
  readonly scope?: AdminScope;
}

/** Describes one operation in the OpenAPI document, from the schemas that check it. */
export function Operation({ id, summary, answers, isList, path, query, body, scope }: OperationOptions) {
  const schema = (isList ? listOf(answers) : answers) as SchemaObject;
  return applyDecorators(
    ApiOperation({ operationId: id, summary }),
    ...(scope === undefined ? [] : [RequiresScope(scope)]),
    ApiOkResponse({ schema }),
    ...Object.entries(path?.shape ?? {}).map(([name, field]) => ApiParam({ name, schema: jsonSchema(field) })),
    ...Object.entries(query?.shape ?? {}).map(([name, field]) =>
      ApiQuery({ name, required: false, schema: jsonSchema(field) }),
    ),
    ...(body === undefined ? [] : [ApiConsumes('application/json'), ApiBody({ schema: jsonSchema(body) })]),
  );
}

function listOf(entry: object): object {
  return { type: 'object', properties: { items: { type: 'array', items: entry } }, required: ['items'] };
}

function jsonSchema(schema: z.core.$ZodType): SchemaObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest as SchemaObject;
}

/** The document of everything below /admin/api. */
export function buildOpenApi(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Switchyard admin API')
    .setDescription(
      'The directory of integrations, installations and organizations, and what became of stored webhooks.',
    )
    .setVersion('1')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'A personal token, or the value of SWITCHYARD_ADMIN_TOKEN.',
    })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  document.paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.startsWith('/admin/api')));
  return document;
}

/** Serves the document; it is made once, when somebody first asks. */
export function mountOpenApi(app: NestFastifyApplication): void {
  let document: OpenAPIObject | undefined;
  app
    .getHttpAdapter()
    .getInstance()
    .get(OPENAPI_PATH, async (_request, reply) => {
      document ??= buildOpenApi(app);
      await reply.send(document);
    });
}
