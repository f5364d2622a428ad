import { counter } from '@switchyard/telemetry';

export const emailsQueued = counter({
  name: 'switchyard_emails_queued_total',
  help: 'Mails that were put into the queue.',
  labels: ['type'],
});

export const emailsSent = counter({
  name: 'switchyard_emails_sent_total',
  help: 'Attempts to send a mail: sent, refused for good, or failed for now.',
  labels: ['type', 'result'],
});
