import { counter, gauge, histogram, DURATION_BUCKETS_SECONDS } from '@switchyard/telemetry';

export const attemptsTotal = counter({
  name: 'switchyard_app_delivery_attempts_total',
  help: 'Attempts to deliver a webhook to an app, by what they came to.',
  labels: ['result'],
});

export const finishedTotal = counter({
  name: 'switchyard_app_deliveries_total',
  help: 'Deliveries to apps that have ended: delivered, dead or cancelled.',
  labels: ['status', 'reason'],
});

export const deliveriesRunning = gauge({
  name: 'switchyard_app_deliveries_running',
  help: 'Requests to apps under way in this process.',
});

export const attemptSeconds = histogram({
  name: 'switchyard_app_delivery_seconds',
  help: 'Time of an attempt, from the claim to its record.',
  buckets: DURATION_BUCKETS_SECONDS,
});

export const breakerChanges = counter({
  name: 'switchyard_app_breaker_changes_total',
  help: 'Changes of the breakers of endpoints, by what they became.',
  labels: ['to'],
});
