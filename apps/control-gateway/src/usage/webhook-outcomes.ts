import type { Pool } from '@switchyard/database';
import type { OutcomeSource } from '@switchyard/outcomes';
import type { TurnedAway } from './turned-away';
import takeTallySql from './take-tally.sql';

const TALLY_ROWS = 5_000;

/**
 * Makes outcomes of what became of webhooks: each tally becomes one of every organization that has the integration in that region, in the
 * statement that takes it away, so it is counted once whatever crashes.
 */
export function webhookOutcomes(pool: Pool, turnedAway: TurnedAway): OutcomeSource {
  return async () => {
    await writeTurnedAway(pool, turnedAway);
    for (;;) {
      const { rows } = await pool.query<{ taken: number }>(takeTallySql, [TALLY_ROWS]);
      if ((rows[0]?.taken ?? 0) < TALLY_ROWS) return;
    }
  };
}

async function writeTurnedAway(pool: Pool, turnedAway: TurnedAway): Promise<void> {
  const taken = turnedAway.take();
  if (taken.length === 0) return;
  try {
    await pool.query(
      `INSERT INTO webhook_tally (integration_id, region, fate, reason, quantity)
       SELECT integration_id, '', 'shed', reason, quantity
       FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS given (integration_id, reason, quantity)`,
      [
        taken.map(({ integrationId }) => integrationId),
        taken.map(({ reason }) => reason),
        taken.map(({ count }) => count),
      ],
    );
  } catch (error) {
    turnedAway.giveBack(taken);
    throw error;
  }
}
