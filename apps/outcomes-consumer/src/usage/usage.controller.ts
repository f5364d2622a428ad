import { BadRequestException, Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { BadStatsQuery } from './bad-stats-query';
import type { RawQuery } from './bad-stats-query';
import { presentStats } from './stats-answer';
import type { StatsAnswer } from './stats-answer';
import { statsCsv } from './stats-csv';
import { readStatsQuery } from './stats-query';
import { readCounterQuery } from './counter-query';
import { COUNTER_MODELS, UsageCounters } from './usage-counters';
import { UsageAccess } from './usage-access';
import { UsageStore } from './usage.store';

/** As much of Fastify's reply as this controller uses. */
interface Reply {
  header(name: string, value: string): unknown;
}

/** Questions about usage. */
@Controller('api/0/organizations')
export class UsageController {
  constructor(
    private readonly store: UsageStore,
    private readonly access: UsageAccess,
    private readonly counters: UsageCounters,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Sums by organization, project, category, outcome, reason and time; `download=true` gives CSV. */
  @Get(':org/stats_v2')
  async stats(
    @Param('org') org: string,
    @Query() raw: RawQuery,
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<StatsAnswer | string> {
    const orgId = readOrg(org);
    const visible = await this.access.visibleProjects(authorization, orgId);
    try {
      const query = readStatsQuery(raw, this.clock.now());
      const projects = this.access.narrow(query.projects, visible);
      if (projects?.length === 0) throw new BadStatsQuery('No projects available');
      const answer = presentStats(query, await this.store.sums(orgId, query, projects));
      if (raw['download'] !== 'true') return answer;
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="stats.csv"');
      return statsCsv(query, answer);
    } catch (error) {
      if (error instanceof BadStatsQuery) throw new BadRequestException({ detail: error.message });
      throw error;
    }
  }

  /** A counter over the error categories, step by step, of each `key`: projects, keys or the organization itself. */
  @Get(':org/tsdb/:model')
  async counter(
    @Param('org') org: string,
    @Param('model') model: string,
    @Query() raw: RawQuery,
    @Headers('authorization') authorization: string | undefined,
  ): Promise<Readonly<Record<string, readonly (readonly [number, number])[]>>> {
    const orgId = readOrg(org);
    const projects = await this.access.visibleProjects(authorization, orgId);
    try {
      const { keys, span, stepSeconds } = readCounterQuery(model, raw, this.clock.now(), orgId);
      const of = COUNTER_MODELS[model]?.key === 'project_id' ? (this.access.narrow(keys, projects) ?? keys) : keys;
      return Object.fromEntries(await this.counters.range(orgId, model, of, span, { ...stepSeconds, projects }));
    } catch (error) {
      if (error instanceof BadStatsQuery) throw new BadRequestException({ detail: error.message });
      throw error;
    }
  }
}

function readOrg(text: string): number {
  const orgId = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(orgId)) throw new BadRequestException({ detail: 'the organization is no id' });
  return orgId;
}
