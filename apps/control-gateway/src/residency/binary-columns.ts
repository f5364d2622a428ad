/** What a column that could hold a body holds. */
export type ColumnContent = { readonly holds: 'payload' } | { readonly holds: 'other'; readonly because: string };

const payload: ColumnContent = { holds: 'payload' };
const other = (because: string): ColumnContent => ({ holds: 'other', because });

/**
 * Every `bytea` and `jsonb` column of the control silo, as `table.column`: where customers' data may lie, and
 * why the others hold none. Partitions go by their parent. A migration that adds a column must add it here.
 */
export const BINARY_COLUMNS: Readonly<Record<string, ColumnContent>> = {
  'stored_webhook.sealed': payload,
  'dead_letter.sealed': payload,
  'delivery_payload.sealed': payload,
  'outbox_message.payload': payload,
  'stored_webhook.body_sha256': other('a digest of the body'),
  'dead_letter.body_sha256': other('a digest of the body'),
  'delivery.body_sha256': other('a digest of the body'),
  'seen_delivery.key': other('the key that tells a repeated delivery'),
  'slack_request_seen.signature_hash': other('a digest of a signature'),
  'admin_session.bootstrap_digest': other('a digest of a token'),
  'admin_session.id_hash': other('a digest of a session id'),
  'admin_token.token_hash': other('a digest of a token'),
  'audit_log.detail': other('what an operator changed'),
  'integration.metadata': other('the directory: facts about an integration'),
  'integration.sealed_secrets': other('the directory: secrets of an integration'),
  'organization_integration.config': other('the directory: settings of an installation'),
  'operation.selection': other('which webhooks an operation chose'),
  'rejected_request.facts': other('facts about a request that was turned away, without its body'),
};
