/*
 * Runs bulk actions.
 *
 * Each batch is one transaction: it moves the rows, and the cursor past them. A process that dies between two batches leaves an
 * operation that another one continues; one that dies within a batch leaves nothing of it. Claims keep two from running at once.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { HintPublisher } from '../hint.publisher';
import { operationRows } from '../outbox.metrics';
import { OUTBOX_SETTINGS } from '../outbox.settings';
import type { OutboxSettings } from '../outbox.settings';
import type { OperationKind } from './operation';
import discardDeadSql from './discard-dead.sql';
import discardWaitingSql from './discard-waiting.sql';
import replayDeliveredSql from './replay-delivered.sql';
import replaySql from './replay.sql';
import { selectionSql } from './selection';
import type { Selection } from './selection';

const BATCH_ROWS = 500;
const POLL_MS = 1_000;
const CLAIM = `interval '1 minute'`;

interface Claimed {
  readonly id: string;
  readonly kind: OperationKind;
  readonly selection: Selection;
  readonly cursor_id: string;
  readonly up_to_id: string;
  readonly target_region: string | null;
}

const STATEMENTS: Readonly<Record<OperationKind, string>> = {
  replay: replaySql,
  replay_delivered: replayDeliveredSql,
  discard_dead: discardDeadSql,
  discard_waiting: discardWaitingSql,
};

@Injectable()
export class OperationRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private isStopping = false;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly hints: HintPublisher,
    @Inject(OUTBOX_SETTINGS) private readonly settings: OutboxSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Runs one operation to its end, if there is one that nobody runs; says whether there was. */
  async runNext(): Promise<boolean> {
    const { rows } = await this.pool.query<{ id: string }>(
      `UPDATE operation SET claimed_until = now() + ${CLAIM} WHERE id = (
         SELECT id FROM operation WHERE state = 'running' AND claimed_until <= now() ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING id::text`,
    );
    const id = rows[0]?.id;
    if (id === undefined) return false;
    while (!this.isStopping && (await this.runBatch(id)));
    await this.pool.query(`UPDATE operation SET claimed_until = '-infinity' WHERE id = $1`, [id]);
    return true;
  }

  /** Whether there may be more. */
  private async runBatch(id: string): Promise<boolean> {
    const moved = await inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<Claimed>(
        `UPDATE operation SET claimed_until = now() + ${CLAIM} WHERE id = $1 AND state = 'running'
         RETURNING id::text, kind, selection, cursor_id::text, up_to_id::text, target_region`,
        [id],
      );
      return rows[0] === undefined ? undefined : this.move(transaction, rows[0]);
    });
    if (moved === undefined) return false;
    for (const mailbox of moved.mailboxes) this.hints.announce(mailbox);
    return moved.count === BATCH_ROWS;
  }

  private async move(transaction: Transaction, operation: Claimed) {
    const { id, kind, selection, cursor_id: cursor, up_to_id: upTo } = operation;
    const { where, parameters } = selectionSql(selection, 6);
    const statement = STATEMENTS[kind].replace('/* selection */', where);
    const { rows } = await transaction.query<{ id: string; mailbox: string }>(statement, [
      cursor,
      upTo,
      BATCH_ROWS,
      this.settings.ageMaxMs,
      operation.target_region,
      ...parameters,
    ]);
    const last = rows.reduce((highest, row) => (BigInt(row.id) > highest ? BigInt(row.id) : highest), BigInt(cursor));
    await transaction.query(
      `UPDATE operation SET done = done + $2, cursor_id = $3,
         state = CASE WHEN $4 THEN 'done' ELSE state END, finished_at = CASE WHEN $4 THEN now() END
       WHERE id = $1`,
      [id, rows.length, String(last), rows.length < BATCH_ROWS],
    );
    operationRows.inc({ kind }, rows.length);
    return {
      count: rows.length,
      mailboxes: kind.startsWith('replay') ? new Set(rows.map(({ mailbox }) => mailbox)) : [],
    };
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.running = this.runNext()
        .catch((error: unknown) => this.logger.warn({ error }, 'operation.failed'))
        .finally(() => {
          if (!this.isStopping) this.schedule();
        });
    }, POLL_MS);
    this.timer.unref();
  }
}
