/**
 * What pg says when a connection broke, could not be had in time or was closed under a statement. It gives these errors no code, unlike those
 * of the server and of the socket, so its words are all there is to know them by (pg/lib/client.js, pg-pool/index.js).
 */
const PG_SAYS = [
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
];

/** Whether an error, or what caused it, is pg's own word that the connection is gone: trying again later is right. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return PG_SAYS.includes(error.message) || isConnectionFailure(error.cause);
}
