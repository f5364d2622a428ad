/** What is wrong with a question, in words for its sender. */
export class BadStatsQuery extends Error {}

/** Parameters as a query string gives them. */
export type RawQuery = Readonly<Record<string, unknown>>;
