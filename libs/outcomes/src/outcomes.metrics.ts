import { counter, gauge } from '@switchyard/telemetry';

export const outcomesTotal = counter({
  name: 'switchyard_outcomes_total',
  help: 'Outcomes tracked: one per message, whatever its quantity.',
  labels: ['outcome', 'category', 'topic'],
});

export const outcomeQuantityTotal = counter({
  name: 'switchyard_outcome_quantity_total',
  help: 'Quantities of the outcomes tracked.',
  labels: ['outcome', 'category', 'topic'],
});

export const lateOutcomesTotal = counter({
  name: 'switchyard_outcomes_late_total',
  help: 'Outcomes that were tracked more than a day after they happened.',
  labels: ['outcome', 'category', 'topic'],
});

export const zeroQuantityTotal = counter({
  name: 'switchyard_outcomes_zero_quantity_total',
  help: 'Outcomes of quantity zero, which are not published.',
});

export const droppedEventIdsTotal = counter({
  name: 'switchyard_outcomes_event_ids_dropped_total',
  help: 'Outcomes whose event id was no UUID and was left out.',
});

export const publishRunsTotal = counter({
  name: 'switchyard_outcomes_publish_runs_total',
  help: "Rounds of publishing this app's outcomes, by result.",
  labels: ['result'],
});

export const waitingOutcomes = gauge({
  name: 'switchyard_outcomes_waiting',
  help: "This app's outcomes that are not in their topic yet.",
});
