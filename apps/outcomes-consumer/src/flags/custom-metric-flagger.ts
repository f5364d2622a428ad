import { inTransaction } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import type { Clock } from '@switchyard/primitives';
import { describeError } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { CustomProject } from '../consume/chunk';
import { flagsTotal } from './flags.metrics';
import type { FlagCache } from './flag-cache';

/** What became of one attempt. */
export type FlagResult = 'set' | 'already_set' | 'known' | 'no_project' | 'org_mismatch' | 'error';

const FLAG_MASK = 65_536;

/**
 * Notes that a project has sent its first custom metric, and tells the notifier, once.
 *
 * The flag and the notice are one transaction, and only whoever turns the bit writes the notice: two processes at the same moment
 * give one notice, and a failure leaves neither. The cache is told afterwards, so what failed is tried again by the next record (the
 * reference remembers a failure for a week).
 */
export class CustomMetricFlagger {
  constructor(
    private readonly pool: Pool,
    private readonly cache: FlagCache,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Never throws, and asks for each project once. */
  async flag(projects: readonly CustomProject[]): Promise<readonly FlagResult[]> {
    const results: FlagResult[] = [];
    for (const project of projects) {
      const result = await this.flagOne(project).catch((error: unknown): FlagResult => {
        this.logger.warn({ error: describeError(error), project: project.projectId }, 'custom_metric_flag.failed');
        return 'error';
      });
      flagsTotal.inc({ result });
      results.push(result);
    }
    return results;
  }

  private async flagOne(project: CustomProject): Promise<FlagResult> {
    const key = `has-custom-metrics-flag-updated:${project.orgId}:${project.projectId}`;
    if (this.cache.has(key)) return 'known';
    const result = await this.store(project);
    if (result === 'set' || result === 'already_set') this.cache.remember(key);
    else if (result === 'no_project') this.cache.rememberMissing(key);
    return result;
  }

  private store({ orgId, projectId }: CustomProject): Promise<FlagResult> {
    return inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<{ platform: string | null }>(
        `UPDATE project SET flags = coalesce(flags, 0) | $3
         WHERE id = $1 AND org_id = $2 AND coalesce(flags, 0) & $3 = 0 RETURNING platform`,
        [projectId, orgId, FLAG_MASK],
      );
      const [row] = rows;
      if (row === undefined) return this.whyNot(transaction, projectId, orgId);
      await transaction.query(
        `INSERT INTO notice (dedupe_key, kind, data) VALUES ($1, 'first_custom_metric', $2) ON CONFLICT DO NOTHING`,
        [
          `first-custom-metric:${projectId}`,
          {
            organization_id: orgId,
            project_id: projectId,
            platform: row.platform,
            received_at: Math.floor(this.clock.now() / 1000),
          },
        ],
      );
      return 'set';
    });
  }

  private async whyNot(transaction: Pick<Pool, 'query'>, projectId: number, orgId: number): Promise<FlagResult> {
    const { rows } = await transaction.query<{ org: string }>('SELECT org_id AS org FROM project WHERE id = $1', [
      projectId,
    ]);
    const [row] = rows;
    if (row === undefined) return 'no_project';
    return row.org === String(orgId) ? 'already_set' : 'org_mismatch';
  }
}
