import { counter } from '@switchyard/telemetry';

export const disabledTotal = counter({
  name: 'switchyard_apps_disabled_total',
  help: 'Apps that were disabled, or would have been (mode observe), by the rule.',
  labels: ['rule', 'mode'],
});

export const ownerMailsTotal = counter({
  name: 'switchyard_owner_mails_total',
  help: 'Mails to owners of apps: queued, or left out because they had one lately.',
  labels: ['kind', 'result'],
});
