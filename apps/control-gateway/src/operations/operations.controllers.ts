import {
  BadRequestException,
  ConflictException,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Put,
  Query,
  Req,
} from '@nestjs/common';
import { actorOf } from '@switchyard/admin-api';
import { AuditLog } from '@switchyard/audit-log';
import { HoldService, OperationService } from '@switchyard/outbox';
import { RegionDirectory } from '@switchyard/silo';
import type { FastifyRequest } from 'fastify';
import { AdminController, Operation, readJson, readParameters } from '../admin';
import { OrganizationHolds } from '../moves/organization-hold.service';
import {
  auditQuery,
  deadLetterQuery,
  holdBody,
  holdPath,
  listQuery,
  operationBody,
  operationPath,
  retryBody,
  waitingQuery,
} from './operation.schemas';

const answers = { type: 'object', additionalProperties: true };

/** Mailboxes that are not to be delivered for now. */
@Controller('admin/api/holds')
@AdminController('holds')
export class HoldsController {
  constructor(
    private readonly holds: HoldService,
    private readonly organizations: OrganizationHolds,
  ) {}

  @Get()
  @Operation({ id: 'listHolds', summary: 'What is held, why, and by whom', answers, isList: true })
  async list() {
    return { items: await this.holds.list() };
  }

  @Put(':scope/:value')
  @HttpCode(204)
  @Operation({
    id: 'hold',
    summary:
      "Holds a mailbox, an integration's (`provider:id`), an organization's or a region's mailboxes; storing goes on",
    answers,
    path: holdPath,
    body: holdBody,
  })
  async hold(@Param() path: unknown, @Req() request: FastifyRequest): Promise<void> {
    const { scope, value } = readParameters(holdPath, path);
    const { reason } = readJson(request, holdBody);
    if (scope === 'organization') await this.organizations.hold(value, reason, actorOf(request));
    else await this.holds.hold(scope, value, reason, actorOf(request));
  }

  @Delete(':scope/:value')
  @HttpCode(204)
  @Operation({ id: 'release', summary: 'Lets what was held go on', answers, path: holdPath })
  async release(@Param() path: unknown, @Req() request: FastifyRequest): Promise<void> {
    const { scope, value } = readParameters(holdPath, path);
    const isReleased =
      scope === 'organization'
        ? await this.organizations.release(value, actorOf(request))
        : await this.holds.release(scope, value, actorOf(request));
    if (!isReleased) throw new NotFoundException('there is no such hold');
  }
}

/** Bulk actions: a plan first, then progress. */
@Controller('admin/api/operations')
@AdminController('operations')
export class OperationsController {
  constructor(
    private readonly operations: OperationService,
    private readonly regions: RegionDirectory,
  ) {}

  @Get()
  @Operation({ id: 'listOperations', summary: 'Bulk actions, newest first', answers, isList: true, query: listQuery })
  async list(@Query() query: unknown) {
    return { items: await this.operations.list(readParameters(listQuery, query).limit) };
  }

  @Get(':id')
  @Operation({ id: 'getOperation', summary: 'A bulk action and how far it is', answers, path: operationPath })
  async get(@Param() path: unknown) {
    const operation = await this.operations.get(readParameters(operationPath, path).id);
    if (operation === undefined) throw new NotFoundException('there is no such operation');
    return operation;
  }

  @Post()
  @HttpCode(200)
  @Operation({
    id: 'planOperation',
    summary: 'Plans a bulk action: how many, and a sample; nothing is done yet',
    answers,
    body: operationBody,
  })
  async plan(@Req() request: FastifyRequest) {
    const { kind, selection, targetRegion } = readJson(request, operationBody);
    if (targetRegion !== undefined && !this.regions.has(targetRegion)) {
      throw new BadRequestException(`there is no region ${targetRegion}`);
    }
    return this.operations.plan(kind, selection, actorOf(request), targetRegion);
  }

  @Post(':id/start')
  @HttpCode(200)
  @Operation({ id: 'startOperation', summary: 'Runs a plan', answers, path: operationPath })
  async start(@Param() path: unknown, @Req() request: FastifyRequest) {
    const operation = await this.operations.start(readParameters(operationPath, path).id, actorOf(request));
    if (operation === undefined)
      throw new ConflictException('there is no such plan, or it was started or cancelled already');
    return operation;
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Operation({
    id: 'cancelOperation',
    summary: 'Stops a plan or a run; what is done stays done',
    answers,
    path: operationPath,
  })
  async cancel(@Param() path: unknown, @Req() request: FastifyRequest) {
    const operation = await this.operations.cancel(readParameters(operationPath, path).id, actorOf(request));
    if (operation === undefined) throw new ConflictException('there is no such operation, or it has ended');
    return operation;
  }
}

/** What waits and what died, and what operators did. */
@Controller('admin/api')
@AdminController('operations')
export class StoredWebhooksController {
  constructor(
    private readonly operations: OperationService,
    private readonly holds: HoldService,
    private readonly auditLog: AuditLog,
  ) {}

  @Get('dead-letters')
  @Operation({
    id: 'listDeadLetters',
    summary: 'Webhooks that are not retried any more, newest first, without payloads',
    answers,
    isList: true,
    query: deadLetterQuery,
  })
  async deadLetters(@Query() query: unknown) {
    const { limit, before, ...selection } = readParameters(deadLetterQuery, query);
    return { items: await this.operations.select('dead_letter', selection, { limit, before }) };
  }

  @Get('waiting')
  @Operation({
    id: 'listWaiting',
    summary: 'Webhooks that wait for their region, newest first, without payloads',
    answers,
    isList: true,
    query: waitingQuery,
  })
  async waiting(@Query() query: unknown) {
    const { limit, before, ...selection } = readParameters(waitingQuery, query);
    return { items: await this.operations.select('stored_webhook', selection, { limit, before }) };
  }

  @Post('mailboxes/retry')
  @HttpCode(200)
  @Operation({ id: 'retryMailboxes', summary: 'Ends the backoff of mailboxes', answers, body: retryBody })
  async retry(@Req() request: FastifyRequest): Promise<{ woken: number }> {
    const { mailboxes } = readJson(request, retryBody);
    return { woken: await this.holds.retryNow(mailboxes, actorOf(request)) };
  }

  @Get('audit-log')
  @Operation({
    id: 'listAuditLog',
    summary: 'What operators did, newest first',
    answers,
    isList: true,
    query: auditQuery,
  })
  async audit(@Query() query: unknown) {
    const { limit, before } = readParameters(auditQuery, query);
    return { items: await this.auditLog.list(limit, before) };
  }
}
