import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  Put,
  Query,
  UnprocessableEntityException,
  UseGuards,
} from '@nestjs/common';
import { Actor, AdminGuard, readBody, readQuery } from '@switchyard/admin-api';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { categoryId, OUTCOME_IDS } from '@switchyard/outcomes';
import { UsageOperations } from '../operations/usage-operations';
import {
  adjustmentBody,
  pagedQuery,
  auditQuery,
  cancelBody,
  driftQuery,
  organizationQuery,
  quotaBody,
  quotaId,
  rebuildBody,
  replayBody,
  rewindBody,
} from './schemas';

/** As many as the statement gives at most (operations/drifted-hours.sql). */
const DRIFT_MAX = 1_000;
const QUOTAS_MAX = 1_000;

const pageOf = <Item extends { id?: unknown }>(items: readonly Item[], limit: number) => ({
  items,
  next: items.length === limit ? (items.at(-1)?.id ?? null) : null,
});

/** Corrections, replays, quotas and spikes; each change leaves a line in the audit trail. */
@Controller('admin/api/usage')
@UseGuards(AdminGuard)
export class UsageAdminController {
  constructor(
    private readonly operations: UsageOperations,
    @Inject(PG_POOL) private readonly pool: Pool,
  ) {}

  @Post('adjustments')
  adjust(@Body() body: unknown, @Actor() actor: string) {
    const { category, outcome, ...rest } = readBody(adjustmentBody, body);
    const numbers = { category: categoryId(category), outcome: OUTCOME_IDS[outcome] };
    return this.operations.adjust({ ...rest, ...numbers }, actor);
  }

  @Get('adjustments')
  async adjustments(@Query() query: unknown) {
    const { organizationId, after, limit } = readQuery(pagedQuery, query);
    return pageOf(await this.operations.adjustments(organizationId, after, limit), limit);
  }

  /** Takes one outcome back, as a correction. */
  @Post('cancellations')
  cancel(@Body() body: unknown, @Actor() actor: string) {
    const { outcomeId, reason } = readBody(cancelBody, body);
    return this.operations.cancel(outcomeId, reason, actor);
  }

  @Post('rewind')
  @HttpCode(204)
  rewind(@Body() body: unknown, @Actor() actor: string) {
    const { topic, partition, offset, reason } = readBody(rewindBody, body);
    return this.operations.rewind(topic, partition, offset, reason, actor);
  }

  @Post('rebuild')
  @HttpCode(204)
  rebuild(@Body() body: unknown, @Actor() actor: string) {
    const { organizationId, from, to, reason } = readBody(rebuildBody, body);
    return this.operations.rebuild(organizationId, { from, to }, reason, actor);
  }

  @Get('drift')
  async drift(@Query() query: unknown) {
    const { from, to, organizationId } = readQuery(driftQuery, query);
    const items = await this.operations.drift({ from, to }, organizationId);
    // More than a thousand hours are told by the thousand: ask again from the last one.
    return { items, isCut: items.length === DRIFT_MAX };
  }

  @Post('dead-letters/replay')
  @HttpCode(200)
  replay(@Body() body: unknown, @Actor() actor: string) {
    return this.operations.replay(readBody(replayBody, body).topic, actor);
  }

  @Get('audit-log')
  async auditLog(@Query() query: unknown) {
    const { after, limit } = readQuery(auditQuery, query);
    return pageOf(await this.operations.auditTrail(after, limit), limit);
  }

  @Put('quotas/:id')
  @HttpCode(204)
  async putQuota(@Param('id') id: string, @Body() body: unknown, @Actor() actor: string): Promise<void> {
    const { organizationId, projectId, categories, limit, windowSeconds, reasonCode } = readBody(quotaBody, body);
    const name = readBody(quotaId, id);
    const others = await this.pool.query('SELECT FROM quota WHERE org_id = $1 AND id <> $2 LIMIT $3', [
      organizationId,
      name,
      QUOTAS_MAX,
    ]);
    if (others.rowCount === QUOTAS_MAX)
      throw new UnprocessableEntityException({
        error: 'too_many',
        detail: `an organization has ${QUOTAS_MAX} quotas at most`,
      });
    await this.pool.query(
      `WITH written AS (
         INSERT INTO quota (id, org_id, project_id, categories, limit_quantity, window_seconds, reason_code) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET org_id = excluded.org_id, project_id = excluded.project_id, categories = excluded.categories,
           limit_quantity = excluded.limit_quantity, window_seconds = excluded.window_seconds, reason_code = excluded.reason_code
         RETURNING to_jsonb(quota) AS detail)
       INSERT INTO usage_audit (author, action, detail) SELECT $8, 'put_quota', detail FROM written`,
      [name, organizationId, projectId, categories.map(categoryId), limit, windowSeconds, reasonCode, actor],
    );
  }

  /** With what is used of each in the window that runs. */
  @Get('quotas')
  async quotas(@Query() query: unknown) {
    const { organizationId } = readQuery(organizationQuery, query);
    const { rows } = await this.pool.query(
      `SELECT id, org_id::text AS "organizationId", project_id::text AS "projectId", categories, limit_quantity::text AS limit,
         window_seconds AS "windowSeconds", reason_code AS "reasonCode",
         coalesce((SELECT quantity FROM quota_usage WHERE quota_id = id
           AND window_start = to_timestamp(floor(extract(epoch FROM now()) / window_seconds) * window_seconds)), 0)::text AS used
       FROM quota WHERE org_id = $1 ORDER BY id LIMIT ${QUOTAS_MAX}`,
      [organizationId],
    );
    return { items: rows };
  }

  @Delete('quotas/:id')
  @HttpCode(204)
  async deleteQuota(@Param('id') id: string, @Actor() actor: string): Promise<void> {
    const { rowCount } = await this.pool.query(
      `WITH gone AS (DELETE FROM quota WHERE id = $1 RETURNING to_jsonb(quota) AS detail)
       INSERT INTO usage_audit (author, action, detail) SELECT $2, 'delete_quota', detail FROM gone`,
      [readBody(quotaId, id), actor],
    );
    if (rowCount === 0) throw new NotFoundException('there is no such quota');
  }

  /** Newest first. */
  @Get('spikes')
  async spikes(@Query() query: unknown) {
    const { organizationId, after, limit } = readQuery(pagedQuery, query);
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT id::text, project_id::text AS "projectId", category, started_at AS "startedAt", ended_at AS "endedAt",
         quantity::text, threshold::text
       FROM usage_spike WHERE org_id = $1 AND ($2::bigint IS NULL OR usage_spike.id < $2) ORDER BY usage_spike.id DESC LIMIT $3`,
      [organizationId, after ?? null, limit],
    );
    return pageOf(rows, limit);
  }
}
