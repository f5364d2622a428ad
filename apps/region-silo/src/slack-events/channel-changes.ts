import type { Transaction } from '@switchyard/database';
import type { ChannelMeaning } from './event-meaning';

/**
 * Keeps up with a channel of a workspace, in the messages posted there, in rules and in links of teams (slack.md §9.5). Doing it twice
 * changes nothing.
 */
export async function followChannel(
  transaction: Transaction,
  integrationId: string,
  change: ChannelMeaning,
): Promise<void> {
  switch (change.kind) {
    case 'closed':
      return close(transaction, integrationId, change.channelId, change.reason);
    case 'opened':
      return open(transaction, integrationId, change.channelId);
    case 'renamed':
      return rename(transaction, integrationId, change.channelId, change.newChannelId);
  }
}

async function close(
  transaction: Transaction,
  integrationId: string,
  channelId: string,
  reason: string,
): Promise<void> {
  // A channel that was only left may take messages all the same; nothing would tell that the app is back in it.
  if (reason !== 'not_in_channel')
    await transaction.query(
      `INSERT INTO slack_closed_channel (integration_id, channel_id, reason) VALUES ($1, $2, $3)
     ON CONFLICT (integration_id, channel_id) DO UPDATE SET reason = excluded.reason`,
      [integrationId, channelId, reason],
    );
  await transaction.query(
    `UPDATE notification_message SET unreachable_reason = $3, date_updated = now()
     WHERE integration_id = $1 AND channel_id = $2 AND parent_notification_message_id IS NULL AND unreachable_reason IS NULL`,
    [integrationId, channelId, reason],
  );
}

/** Only what had to do with the channel is mended; a message that is gone stays gone. */
async function open(transaction: Transaction, integrationId: string, channelId: string): Promise<void> {
  await transaction.query('DELETE FROM slack_closed_channel WHERE integration_id = $1 AND channel_id = $2', [
    integrationId,
    channelId,
  ]);
  await transaction.query(
    `UPDATE notification_message SET unreachable_reason = NULL, date_updated = now()
     WHERE integration_id = $1 AND channel_id = $2 AND parent_notification_message_id IS NULL AND unreachable_reason = 'is_archived'`,
    [integrationId, channelId],
  );
}

async function rename(transaction: Transaction, integrationId: string, from: string, to: string): Promise<void> {
  await transaction.query(
    `UPDATE notification_message SET channel_id = $3, date_updated = now()
     WHERE integration_id = $1 AND channel_id = $2`,
    [integrationId, from, to],
  );
  await transaction.query(
    'UPDATE slack_channel_team SET channel_id = $3 WHERE integration_id = $1 AND channel_id = $2',
    [integrationId, from, to],
  );
  await transaction.query('DELETE FROM slack_closed_channel WHERE integration_id = $1 AND channel_id = ANY ($2)', [
    integrationId,
    [from, to],
  ]);
  await transaction.query(
    `UPDATE alert_rule SET actions = (
       SELECT jsonb_agg(CASE WHEN action @> $1 THEN action || $2 ELSE action END ORDER BY place)
       FROM jsonb_array_elements(actions) WITH ORDINALITY AS given (action, place))
     WHERE project_id IN (SELECT id FROM project WHERE organization_id = ANY
         (SELECT unnest(organization_ids) FROM slack_workspace WHERE integration_id = $3))
       AND actions @> jsonb_build_array($1::jsonb)`,
    [JSON.stringify({ integrationId, channelId: from }), JSON.stringify({ channelId: to }), integrationId],
  );
}
