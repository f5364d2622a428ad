import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { AdminGuard, readBody, readQuery, rowPage } from '@switchyard/admin-api';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { OccurrenceIntake } from '../occurrences/occurrence-intake.service';
import type { Intake } from '../occurrences/occurrence-intake.service';
import { occurrenceSchema } from '@switchyard/app-events';
import { organizationId, ownersBody } from './schemas';

/** Whom to tell, what happened, and what was done. */
@Controller('admin/api')
@UseGuards(AdminGuard)
export class OrganizationsController {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly intake: OccurrenceIntake,
  ) {}

  /** Replaces the owners, who get the mails about apps of the organization. */
  @Put('organizations/:id/owners')
  @HttpCode(204)
  async owners(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    const organization = readBody(organizationId, id);
    const { owners } = readBody(ownersBody, body);
    await inTransaction(this.pool, async (transaction) => {
      await transaction.query('DELETE FROM organization_owner WHERE organization_id = $1', [organization]);
      await transaction.query(
        `INSERT INTO organization_owner (organization_id, email, name, is_verified)
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::boolean[]) ON CONFLICT DO NOTHING`,
        [
          organization,
          owners.map(({ email }) => email),
          owners.map(({ name }) => name),
          owners.map(({ isVerified }) => isVerified),
        ],
      );
    });
  }

  @Get('organizations/:id/audit-log')
  async audit(@Param('id') id: string, @Query() query: unknown) {
    const { limit, after } = readQuery(rowPage, query);
    const { rows } = await this.pool.query(
      `SELECT id::text, at, event, actor, data FROM app_audit_log
       WHERE organization_id = $1 AND ($3::bigint IS NULL OR id < $3) ORDER BY app_audit_log.id DESC LIMIT $2`,
      [readBody(organizationId, id), limit, after ?? null],
    );
    return { items: rows };
  }

  /** The way for products that do not use the queue. The same key twice is once. */
  @Post('occurrences')
  @HttpCode(202)
  take(@Body() body: unknown): Promise<Intake> {
    return this.intake.take(readBody(occurrenceSchema, body));
  }
}
