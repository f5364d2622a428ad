import {
  BadRequestException,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Put,
  Req,
} from '@nestjs/common';
import { RegionDirectory } from '@switchyard/silo';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController, bigintId, Operation, readJson, readParameters } from '../admin';
import { actorOf } from '@switchyard/admin-api';
import { OrganizationMoves } from './organization-move.service';
import type { MoveResult, OrganizationMove } from './organization-move.service';

const answers = { type: 'object', additionalProperties: true };
const path = z.object({ organizationId: bigintId });
const body = z.strictObject({ region: z.string().regex(/^[a-z0-9-]{1,48}$/, 'must be the name of a region') });

/** Organizations on their way to another region. */
@Controller('admin/api/organizations/:organizationId/move')
@AdminController('operations')
export class MovesController {
  constructor(
    private readonly moves: OrganizationMoves,
    private readonly regions: RegionDirectory,
  ) {}

  @Get()
  @Operation({ id: 'getMove', summary: 'How the move of an organization stands', answers, path })
  async get(@Param() given: unknown): Promise<OrganizationMove> {
    const move = await this.moves.get(readParameters(path, given).organizationId);
    if (move === undefined) throw new NotFoundException('this organization has not moved');
    return move;
  }

  @Put()
  @Operation({
    id: 'moveOrganization',
    summary: 'Holds its mailboxes in another region and sends what is new there; what waits goes to the old one first',
    answers,
    path,
    body,
  })
  async start(@Param() given: unknown, @Req() request: FastifyRequest): Promise<OrganizationMove> {
    const { organizationId } = readParameters(path, given);
    const { region } = readJson(request, body);
    if (!this.regions.has(region)) throw new BadRequestException(`there is no region ${region}`);
    return moveOf(await this.moves.start(organizationId, region, actorOf(request)));
  }

  @Post('finish')
  @HttpCode(200)
  @Operation({
    id: 'finishMove',
    summary: 'Lets the new region have its webhooks; refused while the old one still gets some',
    answers,
    path,
  })
  async finish(@Param() given: unknown, @Req() request: FastifyRequest): Promise<OrganizationMove> {
    return moveOf(await this.moves.finish(readParameters(path, given).organizationId, actorOf(request)));
  }
}

function moveOf(result: MoveResult): OrganizationMove {
  switch (result.kind) {
    case 'ok':
      return result.move;
    case 'unknown':
      throw new NotFoundException('there is no such organization, or it has not moved');
    case 'conflict':
      throw new ConflictException(result.because);
  }
}
