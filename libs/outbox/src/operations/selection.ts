/** Which stored webhooks an operation is about; all given conditions must hold. */
export interface Selection {
  readonly ids?: readonly string[];
  readonly mailbox?: string;
  readonly provider?: string;
  readonly region?: string;
  readonly integrationId?: string;
  /** Why it is dead; of dead letters only. */
  readonly reason?: string;
  /** Received at this time or later, ISO 8601. */
  readonly since?: string;
  /** Received before this time. */
  readonly until?: string;
}

/** Conditions as SQL over the columns of `stored_webhook`; parameters begin at `$first`. */
export interface SelectionSql {
  readonly where: string;
  readonly parameters: readonly unknown[];
}

const CONDITIONS: readonly (readonly [keyof Selection, (parameter: string) => string])[] = [
  ['ids', (parameter) => `id = ANY (${parameter}::bigint[])`],
  ['mailbox', (parameter) => `mailbox = ${parameter}`],
  ['provider', (parameter) => `provider = ${parameter}`],
  ['region', (parameter) => `region = ${parameter}`],
  ['integrationId', (parameter) => `integration_id = ${parameter}::bigint`],
  ['reason', (parameter) => `reason = ${parameter}`],
  ['since', (parameter) => `received_at >= ${parameter}::timestamptz`],
  ['until', (parameter) => `received_at < ${parameter}::timestamptz`],
];

/** Names come from the list above, values are parameters. */
export function selectionSql(selection: Selection, first: number): SelectionSql {
  const given = CONDITIONS.filter(([name]) => selection[name] !== undefined);
  const where = given.map(([, sql], index) => sql(`$${first + index}`)).join(' AND ');
  return { where: where === '' ? 'true' : where, parameters: given.map(([name]) => selection[name]) };
}
