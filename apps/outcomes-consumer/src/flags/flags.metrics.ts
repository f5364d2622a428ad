import { counter } from '@switchyard/telemetry';

export const flagsTotal = counter({
  name: 'switchyard_usage_custom_metric_flags_total',
  help: 'Attempts to note that a project has sent a metric of its own, by result.',
  labels: ['result'],
});
