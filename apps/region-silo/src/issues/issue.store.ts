import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool, Queryable } from '@switchyard/database';
import { ISSUE_COLUMNS } from './issue';
import type { Issue } from './issue';

/** Reads issues. */
@Injectable()
export class IssueStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  find(id: string): Promise<Issue | undefined> {
    return findIssue(this.pool, id);
  }
}

/** Reads an issue inside of a transaction, or locks it there. */
export async function findIssue(queryable: Queryable, id: string, lock = ''): Promise<Issue | undefined> {
  const { rows } = await queryable.query<Issue>(
    `SELECT ${ISSUE_COLUMNS} FROM issue JOIN project ON project.id = issue.project_id WHERE issue.id = $1 ${lock}`,
    [id],
  );
  return rows[0];
}
