import {
  BadRequestException,
  Controller,
  Delete,
  HttpCode,
  NotFoundException,
  Param,
  Put,
  Req,
  UseGuards,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminTokenGuard } from '../admin/admin-token.guard';
import { IntegrationSecrets } from './integration-secrets';

const integrationId = z.string().regex(/^[1-9]\d{0,18}$/, 'must be the id of an integration');
const body = z.strictObject({
  provider: z.string().regex(/^[a-z][a-z_]{0,63}$/),
  webhookSecrets: z.array(z.string().min(1).max(256)).min(1).max(5),
});

/** Secrets of integrations, as control tells them; they are never read back. */
@Controller('admin/api/integrations/:integrationId')
@UseGuards(AdminTokenGuard)
export class IntegrationsController {
  constructor(private readonly secrets: IntegrationSecrets) {}

  @Put()
  @HttpCode(204)
  async put(@Param('integrationId') id: string, @Req() request: FastifyRequest): Promise<void> {
    const { provider, webhookSecrets } = read(body, parse(request.body));
    await this.secrets.put(read(integrationId, id), provider, webhookSecrets);
  }

  @Delete()
  @HttpCode(204)
  async remove(@Param('integrationId') id: string): Promise<void> {
    if (!(await this.secrets.remove(read(integrationId, id)))) {
      throw new NotFoundException({ error: 'not_found', detail: 'this region has no secrets of this integration' });
    }
  }
}

function parse(given: unknown): unknown {
  try {
    return Buffer.isBuffer(given) ? JSON.parse(given.toString('utf8')) : given;
  } catch {
    throw new BadRequestException({ error: 'bad_request', detail: 'the body is not JSON' });
  }
}

/** @throws BadRequestException that names the field, never its value */
function read<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadRequestException({
    error: 'bad_request',
    detail: `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
  });
}
