-- Claims up to $1 jobs for $2 seconds, the oldest first (index slack_thread_job_due). A job waits for an earlier one of its issue that
-- somebody has claimed, or that will be tried again: its lines must not come first.
UPDATE slack_thread_job SET claimed_until = now() + $2::integer * interval '1 second', attempts = attempts + 1
WHERE activity_id IN (
  SELECT job.activity_id FROM slack_thread_job AS job JOIN activity ON activity.id = job.activity_id
  WHERE job.state = 'waiting' AND job.due_at <= now() AND job.claimed_until < now()
    AND NOT EXISTS (
      SELECT FROM slack_thread_job AS earlier JOIN activity AS before ON before.id = earlier.activity_id
      WHERE earlier.state = 'waiting' AND earlier.activity_id < job.activity_id AND before.issue_id = activity.issue_id
        AND (earlier.claimed_until >= now() OR earlier.due_at > now()))
  ORDER BY job.activity_id LIMIT $1 FOR UPDATE OF job SKIP LOCKED)
RETURNING activity_id::text AS "activityId", attempts
