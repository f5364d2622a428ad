import { Controller, Get, HttpCode, NotFoundException, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { DirectoryService } from '@switchyard/directory';
import type { Put as PutResult } from '@switchyard/directory';
import { actorOf } from '@switchyard/admin-api';
import { RegionDirectory } from '@switchyard/silo';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  comparisonSchema,
  installationSchema,
  integrationSchema,
  mappingSchema,
  presentInstallation,
  presentIntegration,
  presentMapping,
  regionSchema,
} from './directory.resources';
import {
  installationBody,
  installationPath,
  installationQuery,
  integrationBody,
  integrationPath,
  integrationQuery,
  mappingBody,
  mappingPath,
  mappingQuery,
  secretsBody,
} from './directory.schemas';
import { readJson, readParameters } from './json-body.pipe';
import { AdminController, Operation } from './openapi';

/** Which organization lives in which region. */
@Controller('admin/api/mappings')
@AdminController('mappings')
export class MappingsController {
  constructor(private readonly directory: DirectoryService) {}

  @Get()
  @Operation({
    id: 'listMappings',
    summary: 'Mappings by organization id',
    answers: mappingSchema,
    isList: true,
    query: mappingQuery,
  })
  async list(@Query() query: unknown) {
    const { region, ...page } = readParameters(mappingQuery, query);
    return { items: (await this.directory.listMappings(page, region)).map(presentMapping) };
  }

  @Get(':organizationId')
  @Operation({ id: 'getMapping', summary: "One organization's mapping", answers: mappingSchema, path: mappingPath })
  async get(@Param() path: unknown) {
    const { organizationId } = readParameters(mappingPath, path);
    return presentMapping(found(await this.directory.getMapping(organizationId), 'mapping'));
  }

  @Put(':organizationId')
  @Operation({
    id: 'putMapping',
    summary: 'Says where an organization lives; 201 when it was not known',
    answers: mappingSchema,
    path: mappingPath,
    body: mappingBody,
  })
  async put(@Param() path: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { organizationId } = readParameters(mappingPath, path);
    const { verified, ...change } = readJson(request, mappingBody);
    await answerPut(
      reply,
      await this.directory.putMapping(organizationId, { ...change, isVerified: verified }, actorOf(request)),
      presentMapping,
    );
  }
}

/** Provider accounts. */
@Controller('admin/api/integrations')
@AdminController('integrations')
export class IntegrationsController {
  constructor(private readonly directory: DirectoryService) {}

  @Get()
  @Operation({
    id: 'listIntegrations',
    summary: 'Integrations by id',
    answers: integrationSchema,
    isList: true,
    query: integrationQuery,
  })
  async list(@Query() query: unknown) {
    const { provider, ...page } = readParameters(integrationQuery, query);
    return { items: (await this.directory.listIntegrations(page, provider)).map(presentIntegration) };
  }

  @Get(':provider/:externalId')
  @Operation({ id: 'getIntegration', summary: 'One integration', answers: integrationSchema, path: integrationPath })
  async get(@Param() path: unknown) {
    const { provider, externalId } = readParameters(integrationPath, path);
    return presentIntegration(found(await this.directory.getIntegration(provider, externalId), 'integration'));
  }

  @Put(':provider/:externalId')
  @Operation({
    id: 'putIntegration',
    summary:
      'Makes or changes an integration. Secrets that are absent stay, null removes them, and they are never shown',
    answers: integrationSchema,
    path: integrationPath,
    body: integrationBody,
    scope: 'admin',
  })
  async put(@Param() path: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { provider, externalId } = readParameters(integrationPath, path);
    const change = readJson(request, integrationBody);
    await answerPut(
      reply,
      await this.directory.putIntegration(provider, externalId, change, actorOf(request)),
      presentIntegration,
    );
  }

  @Post(':provider/:externalId/compare-secrets')
  @HttpCode(200)
  @Operation({
    id: 'compareSecrets',
    summary: 'Says whether an integration has these secrets, so that a plan can tell what it would change',
    answers: comparisonSchema,
    path: integrationPath,
    body: secretsBody,
    scope: 'admin',
  })
  async compare(@Param() path: unknown, @Req() request: FastifyRequest) {
    const { provider, externalId } = readParameters(integrationPath, path);
    const { secrets } = readJson(request, secretsBody);
    return { isSame: await this.directory.hasSecrets(provider, externalId, secrets) };
  }
}

/** Which organizations installed which integration. */
@Controller('admin/api/installations')
@AdminController('installations')
export class InstallationsController {
  constructor(private readonly directory: DirectoryService) {}

  @Get()
  @Operation({
    id: 'listInstallations',
    summary: 'Installations by id',
    answers: installationSchema,
    isList: true,
    query: installationQuery,
  })
  async list(@Query() query: unknown) {
    const { organizationId, ...page } = readParameters(installationQuery, query);
    return { items: (await this.directory.listInstallations(page, organizationId)).map(presentInstallation) };
  }

  @Get(':provider/:externalId/:organizationId')
  @Operation({
    id: 'getInstallation',
    summary: 'One installation',
    answers: installationSchema,
    path: installationPath,
  })
  async get(@Param() path: unknown) {
    const { provider, externalId, organizationId } = readParameters(installationPath, path);
    const installation = await this.directory.getInstallation(provider, externalId, organizationId);
    return presentInstallation(found(installation, 'installation'));
  }

  @Put(':provider/:externalId/:organizationId')
  @Operation({
    id: 'putInstallation',
    summary: 'Installs an integration for an organization, or changes the installation',
    answers: installationSchema,
    path: installationPath,
    body: installationBody,
  })
  async put(@Param() path: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { provider, externalId, organizationId } = readParameters(installationPath, path);
    const change = readJson(request, installationBody);
    const result = await this.directory.putInstallation(provider, externalId, organizationId, change, actorOf(request));
    await answerPut(reply, result, presentInstallation);
  }
}

function found<Resource>(resource: Resource | null, what: string): Resource {
  if (resource === null) throw new NotFoundException(`there is no such ${what}`);
  return resource;
}

async function answerPut<Resource>(
  reply: FastifyReply,
  { resource, isCreated }: PutResult<Resource>,
  present: (resource: Resource) => object,
): Promise<void> {
  await reply.status(isCreated ? 201 : 200).send(present(resource));
}

/** The regions that this gateway is configured with. */
@Controller('admin/api/regions')
@AdminController('regions')
export class RegionsController {
  constructor(private readonly regions: RegionDirectory) {}

  @Get()
  @Operation({ id: 'listRegions', summary: 'Configured regions by name', answers: regionSchema, isList: true })
  list() {
    return { items: this.regions.all().map(({ name, category, isVisible }) => ({ name, category, isVisible })) };
  }
}
