import { Inject, Injectable } from '@nestjs/common';
import { KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';

/** A secret that was changed is used by every process after this. */
const REMEMBERED_FOR_MS = 1_000;
const ENTRIES_MAX = 10_000;

interface Remembered {
  readonly secrets: readonly string[];
  readonly until: number;
}

const contextOf = (integrationId: string): string => `region-integration:${integrationId}`;

/** The webhook secrets of integrations, current first. The hot path asks the database about each once a second at most. */
@Injectable()
export class IntegrationSecrets {
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly keys: KeyRing,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Empty when the region has none of this integration. */
  async find(integrationId: string | undefined): Promise<readonly string[]> {
    if (integrationId === undefined) return [];
    const known = this.remembered.get(integrationId);
    if (known !== undefined && known.until > this.clock.monotonic()) return known.secrets;
    const { rows } = await this.pool.query<{ sealed: Buffer }>({
      name: 'region-find-integration-secret',
      text: 'SELECT sealed FROM integration_secret WHERE integration_id = $1',
      values: [integrationId],
    });
    const sealed = rows[0]?.sealed;
    const secrets = sealed === undefined ? [] : this.open(integrationId, sealed);
    this.remembered.delete(integrationId);
    // A map keeps the order of insertion: the first one is the oldest.
    const [oldest] = this.remembered.keys();
    if (oldest !== undefined && this.remembered.size >= ENTRIES_MAX) this.remembered.delete(oldest);
    this.remembered.set(integrationId, { secrets, until: this.clock.monotonic() + REMEMBERED_FOR_MS });
    return secrets;
  }

  async put(integrationId: string, provider: string, secrets: readonly string[]): Promise<void> {
    const sealed = this.keys.seal(Buffer.from(JSON.stringify(secrets)), contextOf(integrationId));
    await this.pool.query(
      `INSERT INTO integration_secret (integration_id, provider, sealed, updated_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (integration_id) DO UPDATE
       SET provider = excluded.provider, sealed = excluded.sealed, updated_at = excluded.updated_at`,
      [integrationId, provider, sealed, new Date(this.clock.now())],
    );
    this.remembered.delete(integrationId);
  }

  /** Whether there was something to remove. */
  async remove(integrationId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('DELETE FROM integration_secret WHERE integration_id = $1', [
      integrationId,
    ]);
    this.remembered.delete(integrationId);
    return (rowCount ?? 0) > 0;
  }

  private open(integrationId: string, sealed: Buffer): readonly string[] {
    return JSON.parse(this.keys.open(sealed, contextOf(integrationId)).toString('utf8')) as readonly string[];
  }
}
