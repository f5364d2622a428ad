import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';

/** One channel that a rule tells. */
export interface RuleAction {
  readonly uuid: string;
  readonly integrationId: string;
  readonly channelId: string;
}

/** Tells channels of issues of a project. */
export interface AlertRule {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly actions: readonly RuleAction[];
}

/** Alert rules, as the product tells them. */
@Injectable()
export class AlertRuleStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** False when there is no such project, or the rule is another one's. */
  async put({ id, projectId, name, actions }: AlertRule): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `INSERT INTO alert_rule (id, project_id, name, actions) SELECT $1, id, $3, $4 FROM project WHERE id = $2
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, actions = excluded.actions
       WHERE alert_rule.project_id = excluded.project_id`,
      [id, projectId, name, JSON.stringify(actions)],
    );
    return rowCount === 1;
  }

  async find(id: string): Promise<AlertRule | undefined> {
    const { rows } = await this.pool.query<AlertRule>(
      'SELECT id::text, project_id::text AS "projectId", name, actions FROM alert_rule WHERE id = $1',
      [id],
    );
    return rows[0];
  }
}
