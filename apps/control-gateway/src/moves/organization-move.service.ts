/*
 * Moving an organization to another region without losing or reordering anything (docs/decisions/0026-moving-an-organization.md).
 *
 *   start    the mailboxes of its integrations in the new region are held, then the directory names the new region
 *   drain    what was stored before goes on to the old region, which still has the organization's data
 *   finish   when nothing of that is left and the product has copied the data, the holds end
 *
 * Every step can be repeated: a crash between two leaves a move that `start` goes on with.
 */
import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { DirectoryService } from '@switchyard/directory';
import { HoldService } from '@switchyard/outbox';
import { OrganizationIntegrations } from './organization-integrations';

/** How a move stands. `settling`: processes may still store by the old mapping for a moment. */
export type MoveState = 'settling' | 'draining' | 'drained' | 'finished';

export interface OrganizationMove {
  readonly organizationId: string;
  readonly fromRegion: string;
  readonly toRegion: string;
  readonly state: MoveState;
  /** Webhooks that still have to go to the old region; up to 10,000 are counted. `null` while settling. */
  readonly waiting: number | null;
  readonly integrations: readonly string[];
  readonly actor: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** What starting or finishing came to. */
export type MoveResult =
  | { readonly kind: 'ok'; readonly move: OrganizationMove }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'conflict'; readonly because: string };

interface Row {
  readonly from_region: string;
  readonly to_region: string;
  readonly integrations: string[];
  readonly actor: string;
  readonly started_at: Date;
  readonly switched_at: Date | null;
  readonly barrier_id: string | null;
  readonly finished_at: Date | null;
}

/** Longer than a directory cache may be behind plus the longest commit. */
const SETTLE_SECONDS = 30;
const COUNTED_MAX = 10_000;

@Injectable()
export class OrganizationMoves {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly directory: DirectoryService,
    private readonly integrations: OrganizationIntegrations,
    private readonly holds: HoldService,
  ) {}

  /** Holds, then switches. The same again goes on where it stopped @param toRegion a configured region */
  async start(organizationId: string, toRegion: string, actor: string): Promise<MoveResult> {
    const mapping = await this.directory.getMapping(organizationId);
    if (mapping === null) return { kind: 'unknown' };
    const open = await this.read(organizationId);
    const isOpen = open !== undefined && open.finished_at === null;
    if (isOpen && open.to_region !== toRegion) {
      return { kind: 'conflict', because: `it is on its way to ${open.to_region}; finish that first` };
    }
    if (!isOpen && mapping.region === toRegion) return { kind: 'conflict', because: `it lives in ${toRegion} already` };
    if (!isOpen) await this.open(organizationId, mapping.region, toRegion, actor);
    const move = isOpen ? open : await this.read(organizationId);
    for (const value of heldBy(toRegion, move?.integrations ?? [])) {
      await this.holds.hold('integration_region', value, `organization ${organizationId} moves here`, actor);
    }
    if (mapping.region !== toRegion) await this.directory.putMapping(organizationId, { ...mapping, region: toRegion });
    await this.pool.query(
      'UPDATE organization_move SET switched_at = coalesce(switched_at, now()) WHERE organization_id = $1',
      [organizationId],
    );
    return { kind: 'ok', move: (await this.get(organizationId)) as OrganizationMove };
  }

  /** How it stands; `undefined` when it never moved. */
  async get(organizationId: string): Promise<OrganizationMove | undefined> {
    await this.setBarrier(organizationId);
    const row = await this.read(organizationId);
    if (row === undefined) return undefined;
    const waiting = row.barrier_id === null ? null : await this.countWaiting(row);
    return {
      organizationId,
      fromRegion: row.from_region,
      toRegion: row.to_region,
      state: stateOf(row, waiting),
      waiting,
      integrations: row.integrations,
      actor: row.actor,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
    };
  }

  /** Ends the holds. Refused while webhooks are on their way to the old region. */
  async finish(organizationId: string, actor: string): Promise<MoveResult> {
    const move = await this.get(organizationId);
    if (move === undefined) return { kind: 'unknown' };
    if (move.state === 'settling' || move.state === 'draining') {
      const what = move.waiting === null ? 'webhooks' : `${move.waiting} webhooks`;
      return { kind: 'conflict', because: `${what} may still be on the way to ${move.fromRegion}; try again later` };
    }
    for (const value of heldBy(move.toRegion, move.integrations)) {
      if (!(await this.isHeldByAnother(organizationId, move.toRegion, value))) {
        await this.holds.release('integration_region', value, actor);
      }
    }
    await this.pool.query(
      'UPDATE organization_move SET finished_at = coalesce(finished_at, now()) WHERE organization_id = $1',
      [organizationId],
    );
    return { kind: 'ok', move: (await this.get(organizationId)) as OrganizationMove };
  }

  private async open(organizationId: string, from: string, to: string, actor: string): Promise<void> {
    const integrations = await this.integrations.list(organizationId);
    await this.pool.query(
      `INSERT INTO organization_move AS move (organization_id, from_region, to_region, integrations, actor)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (organization_id) DO UPDATE SET from_region = excluded.from_region, to_region = excluded.to_region,
         integrations = excluded.integrations, actor = excluded.actor, started_at = now(), switched_at = NULL,
         barrier_id = NULL, finished_at = NULL
       WHERE move.finished_at IS NOT NULL`,
      [organizationId, from, to, integrations.map((one) => `${one.provider}:${one.integrationId}`), actor],
    );
  }

  private async read(organizationId: string): Promise<Row | undefined> {
    const { rows } = await this.pool.query<Row>(
      `SELECT from_region, to_region, integrations, actor, started_at, switched_at, barrier_id::text, finished_at
       FROM organization_move WHERE organization_id = $1`,
      [organizationId],
    );
    return rows[0];
  }

  /** Once nobody stores by the old mapping any more: the last id given out so far. */
  private async setBarrier(organizationId: string): Promise<void> {
    await this.pool.query(
      `UPDATE organization_move
       SET barrier_id = (SELECT last_value FROM stored_webhook_id_seq)
       WHERE organization_id = $1 AND barrier_id IS NULL AND switched_at < now() - $2::integer * interval '1 second'`,
      [organizationId, SETTLE_SECONDS],
    );
  }

  private async countWaiting({ from_region: region, integrations, barrier_id: barrier }: Row): Promise<number> {
    const ids = integrations.map((name) => name.split(':')[1]);
    const { rows } = await this.pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (
         SELECT FROM stored_webhook WHERE region = $1 AND integration_id = ANY ($2::bigint[]) AND id <= $3 LIMIT $4) AS old`,
      [region, ids, barrier, COUNTED_MAX],
    );
    return rows[0]?.count ?? 0;
  }

  /** Two organizations that share an integration may move at the same time. */
  private async isHeldByAnother(organizationId: string, region: string, value: string): Promise<boolean> {
    const [provider, , integration] = value.split(':');
    const { rowCount } = await this.pool.query(
      `SELECT FROM organization_move WHERE organization_id <> $1 AND to_region = $2 AND finished_at IS NULL
         AND integrations @> ARRAY[$3]`,
      [organizationId, region, `${provider}:${integration}`],
    );
    return (rowCount ?? 0) > 0;
  }
}

function heldBy(region: string, integrations: readonly string[]): readonly string[] {
  return integrations.map((name) => name.replace(':', `:${region}:`));
}

function stateOf({ finished_at: finishedAt }: Row, waiting: number | null): MoveState {
  if (finishedAt !== null) return 'finished';
  if (waiting === null) return 'settling';
  return waiting > 0 ? 'draining' : 'drained';
}
