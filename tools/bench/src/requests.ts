import { signGithubWebhook, signSlackRequest } from '@switchyard/parsers';
import type { LoadRequest } from './load';

export const GITHUB_SECRET = 'bench-github-secret';
export const SLACK_SECRET = 'bench-slack-secret';
export const GITHUB_INSTALLATION = '4711';
export const SLACK_TEAM = 'T0BENCH';

/** Size of the bodies, as in the measurements that the aims come from. */
const BODY_BYTES = 2048;
const REPOSITORIES = 50;

/** Signed pushes of 2 KB in 50 repositories, so in 50 mailboxes. */
export function githubPushes(): LoadRequest[] {
  return Array.from({ length: REPOSITORIES }, (_, repository) => {
    const push = {
      ref: 'refs/heads/main',
      installation: { id: Number(GITHUB_INSTALLATION) },
      repository: { id: repository + 1, name: 'repo', full_name: 'acme/repo' },
      head_commit: { id: 'f'.repeat(40), message: 'm', author: { name: 'Ada', email: 'ada@example.com' } },
      padding: '',
    };
    push.padding = 'p'.repeat(BODY_BYTES - Buffer.byteLength(JSON.stringify(push)));
    const body = Buffer.from(JSON.stringify(push));
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/bench',
      'x-github-event': 'push',
      'x-github-delivery': `00000000-0000-4000-8000-${String(repository).padStart(12, '0')}`,
      'x-hub-signature-256': signGithubWebhook(body, GITHUB_SECRET),
    };
    return { method: 'POST', path: '/extensions/github/webhook/', headers, body };
  });
}

/** A signed Slack option load of 2 KB, answered by the region while Slack waits. Valid for five minutes. */
export function slackOptionLoad(nowMs: number): LoadRequest[] {
  const payload = {
    type: 'block_suggestion',
    team: { id: SLACK_TEAM },
    user: { id: 'U1' },
    action_id: 'assign',
    value: 'ad',
    padding: '',
  };
  const encode = (): string => `payload=${encodeURIComponent(JSON.stringify(payload))}`;
  payload.padding = 'p'.repeat(BODY_BYTES - encode().length);
  const body = Buffer.from(encode());
  const timestamp = String(Math.floor(nowMs / 1000));
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signSlackRequest(body, timestamp, SLACK_SECRET),
  };
  return [{ method: 'POST', path: '/extensions/slack/options-load/', headers, body }];
}
