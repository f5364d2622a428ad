/** SQLSTATE classes that say nothing about our statement: connection, resources, operator, conflict, system. */
const PASSING = /^(08|53|57|58|40|25006)/;
const NETWORK = /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/;
/** pg's own errors carry no code. */
const MESSAGES = /timeout|Connection terminated|Client has encountered a connection error|the pool|rolled back/i;

/** Whether trying again later may help; such an error never makes a dead letter. */
export function isInfrastructureError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return PASSING.test(code) || NETWORK.test(code);
  return !(error instanceof TypeError) && MESSAGES.test(error.message);
}
