import { counter } from '@switchyard/telemetry';

export const threadJobs = counter({
  name: 'switchyard_slack_thread_jobs_total',
  help: 'Activities that threads might have been told of: sent, skipped, failed; and why not.',
  labels: ['outcome', 'reason'],
});

export const threadReplies = counter({
  name: 'switchyard_slack_thread_replies_total',
  help: 'Replies to threads by the state they got, and the reason.',
  labels: ['state', 'reason'],
});

export const lanesParked = counter({
  name: 'switchyard_slack_lanes_parked_total',
  help: 'Times that Slack asked for a pause in a channel.',
});
