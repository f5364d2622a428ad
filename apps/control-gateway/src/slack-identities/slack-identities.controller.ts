import { Controller, Delete, Get, HttpCode, NotFoundException, Param, Put, Query, Req } from '@nestjs/common';
import { DirectoryService } from '@switchyard/directory';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController, bigintId, Operation, readJson, readParameters } from '../admin';
import { SlackIdentityStore } from './slack-identity.store';
import type { SlackIdentity } from './slack-identity.store';

const slackId = z.string().regex(/^[A-Za-z0-9]{1,64}$/, 'must be an id of Slack');
const workspacePath = z.object({ teamId: slackId });
const personPath = z.object({ teamId: slackId, slackUserId: slackId });
const linkBody = z.strictObject({ userId: z.union([bigintId, z.int().positive().transform(String)]) });
const pageQuery = z.strictObject({
  after: slackId.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

const identitySchema = {
  type: 'object',
  properties: { slackUserId: { type: 'string' }, userId: { type: 'string' }, isNotified: { type: 'boolean' } },
  required: ['slackUserId', 'userId', 'isNotified'],
};

/** Who is who in a Slack workspace, for products that know it by themselves. People link themselves by the pages of slack.md §6.5. */
@Controller('admin/api/integrations/slack/:teamId/identities')
@AdminController('slack identities')
export class SlackIdentitiesController {
  constructor(
    private readonly directory: DirectoryService,
    private readonly identities: SlackIdentityStore,
  ) {}

  @Get()
  @Operation({
    id: 'listSlackIdentities',
    summary: 'People of a workspace who are linked, by Slack id',
    answers: identitySchema,
    isList: true,
    path: workspacePath,
    query: pageQuery,
  })
  async list(@Param() path: unknown, @Query() query: unknown): Promise<{ items: readonly SlackIdentity[] }> {
    const { teamId } = readParameters(workspacePath, path);
    const { after = '', limit } = readParameters(pageQuery, query);
    return { items: await this.identities.list(await this.integration(teamId), after, limit) };
  }

  @Put(':slackUserId')
  @Operation({
    id: 'putSlackIdentity',
    summary: 'Links somebody in Slack to a user; older links of either are gone',
    answers: identitySchema,
    path: personPath,
    body: linkBody,
  })
  async put(@Param() path: unknown, @Req() request: FastifyRequest): Promise<SlackIdentity | undefined> {
    const { teamId, slackUserId } = readParameters(personPath, path);
    const key = { integrationId: await this.integration(teamId), slackUserId };
    await this.identities.link(key, readJson(request, linkBody).userId);
    return this.identities.find(key);
  }

  @Delete(':slackUserId')
  @HttpCode(204)
  @Operation({ id: 'deleteSlackIdentity', summary: 'Unlinks somebody', answers: {}, path: personPath })
  async remove(@Param() path: unknown): Promise<void> {
    const { teamId, slackUserId } = readParameters(personPath, path);
    if (!(await this.identities.remove({ integrationId: await this.integration(teamId), slackUserId })))
      throw new NotFoundException('there is no such person');
  }

  private async integration(teamId: string): Promise<string> {
    const integration = await this.directory.getIntegration('slack', teamId);
    if (integration === null) throw new NotFoundException(`there is no Slack workspace ${teamId}`);
    return integration.id;
  }
}
