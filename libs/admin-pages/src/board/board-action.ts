import type { AdminScope } from '@switchyard/admin-api';

/** What destroys or makes up work, other than one job or those that have ended. */
const ADMIN_ACTIONS: readonly string[] = ['obliterate', 'add', 'update-data', 'purge'];
const SUBJECT_MAX_CHARS = 200;

/** What somebody does on the board, for the audit log. */
export interface BoardAction {
  readonly action: string;
  readonly subject: string;
  readonly scope: AdminScope;
}

/** Reads it from the board's route (`/api/queues/:queueName/:jobId/retry`) and what stands for its parameters. */
export function boardActionOf(route: string, parameters: Readonly<Record<string, unknown>>): BoardAction {
  const words = route.split('/').filter((part) => part !== '' && !part.startsWith(':'));
  const verb = words.at(-1) ?? 'change';
  const { queueName, jobId, schedulerId, queueStatus } = parameters;
  const subject = ['queue', queueName ?? 'all', jobId ?? schedulerId ?? queueStatus]
    .filter((part) => part !== undefined)
    .map((part) => String(part).replaceAll(/[^\x21-\x7e]/g, '?'))
    .join(' ');
  const what = jobId === undefined ? 'queue' : 'job';
  return {
    action: `${what}_${verb.replaceAll('-', '_')}`,
    subject: subject.slice(0, SUBJECT_MAX_CHARS),
    scope: ADMIN_ACTIONS.includes(verb) ? 'admin' : 'operator',
  };
}
