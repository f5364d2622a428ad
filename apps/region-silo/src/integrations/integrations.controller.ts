import { Controller, Delete, HttpCode, NotFoundException, Param, Put, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminGuard, readBody, RequiresScope } from '@switchyard/admin-api';
import { IntegrationSecrets } from './integration-secrets';

const integrationId = z.string().regex(/^[1-9]\d{0,18}$/, 'must be the id of an integration');
const body = z.strictObject({
  provider: z.string().regex(/^[a-z][a-z_]{0,63}$/),
  webhookSecrets: z.array(z.string().min(1).max(256)).min(1).max(5),
});

/** Secrets of integrations, as control tells them; they are never read back. */
@Controller('admin/api/integrations/:integrationId')
@UseGuards(AdminGuard)
@RequiresScope('admin')
export class IntegrationsController {
  constructor(private readonly secrets: IntegrationSecrets) {}

  @Put()
  @HttpCode(204)
  async put(@Param('integrationId') id: string, @Req() request: FastifyRequest): Promise<void> {
    const { provider, webhookSecrets } = readBody(body, request.body);
    await this.secrets.put(readBody(integrationId, id), provider, webhookSecrets);
  }

  @Delete()
  @HttpCode(204)
  async remove(@Param('integrationId') id: string): Promise<void> {
    if (!(await this.secrets.remove(readBody(integrationId, id)))) {
      throw new NotFoundException({ error: 'not_found', detail: 'this region has no secrets of this integration' });
    }
  }
}
