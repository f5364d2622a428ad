/** BullMQ queue of mails of the control silo; a region's would be `email` (spec: outgoing-webhooks.md §6.3). */
export const EMAIL_QUEUE = 'email-control';
