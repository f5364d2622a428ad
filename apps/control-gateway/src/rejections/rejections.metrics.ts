import { counter } from '@switchyard/telemetry';

export const rejectionsLogged = counter({
  name: 'switchyard_rejections_logged_total',
  help: 'Rejected requests by what became of their entry in the log: written, skipped (too many at once), failed.',
  labels: ['result'],
});
