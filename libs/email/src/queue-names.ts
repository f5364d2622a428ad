/** In which silo a process runs; it decides which queue its mails go to (spec: outgoing-webhooks.md §6.3). */
export type MailSilo = 'control' | 'region';

/** BullMQ queue of the mails of a silo. */
export const emailQueueOf = (silo: MailSilo): string => (silo === 'control' ? 'email-control' : 'email');
