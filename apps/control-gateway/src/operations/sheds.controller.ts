import { Controller, Delete, Get, HttpCode, NotFoundException, Param, Put, Req } from '@nestjs/common';
import { actorOf } from '@switchyard/admin-api';
import { ShedService } from '@switchyard/outbox';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController, bigintId, Operation, readJson, readParameters } from '../admin';
import { holdBody } from './operation.schemas';

const answers = { type: 'object', additionalProperties: true };
const provider = z.string().regex(/^[a-z][a-z_]{0,63}$/, 'must be a provider key such as github_enterprise');
/** `all`, or the id of an integration. */
const path = z.object({ provider, integrationId: z.union([z.literal('all'), bigintId]) });

/** What is turned away with 429 before anything is written: the valve for floods. */
@Controller('admin/api/sheds')
@AdminController('sheds')
export class ShedsController {
  constructor(private readonly sheds: ShedService) {}

  @Get()
  @Operation({ id: 'listSheds', summary: 'What is turned away, why, and by whom', answers, isList: true })
  async list() {
    return { items: await this.sheds.list() };
  }

  @Put(':provider/:integrationId')
  @HttpCode(204)
  @Operation({
    id: 'shed',
    summary: "Turns away a provider's webhooks (`all`) or an integration's with 429 and Retry-After",
    answers,
    path,
    body: holdBody,
  })
  async put(@Param() given: unknown, @Req() request: FastifyRequest): Promise<void> {
    const target = readParameters(path, given);
    const { reason } = readJson(request, holdBody);
    await this.sheds.put(target.provider, idOf(target.integrationId), reason, actorOf(request));
  }

  @Delete(':provider/:integrationId')
  @HttpCode(204)
  @Operation({ id: 'unshed', summary: 'Takes them again', answers, path })
  async remove(@Param() given: unknown, @Req() request: FastifyRequest): Promise<void> {
    const target = readParameters(path, given);
    const isRemoved = await this.sheds.remove(target.provider, idOf(target.integrationId), actorOf(request));
    if (!isRemoved) throw new NotFoundException('there is no such condition');
  }
}

const idOf = (integrationId: string): string | undefined => (integrationId === 'all' ? undefined : integrationId);
