import { counter } from '@switchyard/telemetry';

export const occurrencesTotal = counter({
  name: 'switchyard_app_occurrences_total',
  help: 'Occurrences that apps may be told of: taken, told before (repeat), or not usable (refused).',
  labels: ['resource', 'result'],
});
