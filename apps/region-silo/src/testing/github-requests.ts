import { signGithubWebhook } from '@switchyard/parsers';
import type { KitRequest } from './region-kit';
import { GITHUB_SECRET } from './region-kit';

/** A webhook of GitHub, signed as GitHub does. */
export function githubRequest(event: string, payload: unknown, rest: KitRequest = {}): KitRequest {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  return {
    ...rest,
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-hub-signature-256': signGithubWebhook(body, GITHUB_SECRET),
      ...rest.headers,
    },
  };
}

const SHA = 'a'.repeat(40);

/** A push of one commit; constructed after GitHub's documentation. */
export function pushPayload(changes: { sha?: string; message?: string; ref?: string; name?: string } = {}) {
  return {
    ref: changes.ref ?? 'refs/heads/main',
    deleted: false,
    commits: [
      {
        id: changes.sha ?? SHA,
        message: changes.message ?? 'Mend the gate',
        timestamp: '2026-01-01T10:00:00+02:00',
        author: { name: 'Ada', email: 'ada@example.com' },
      },
    ],
    repository: { id: 4711, full_name: changes.name ?? 'acme/gate', html_url: 'https://github.com/acme/gate' },
  };
}

/** A pull request; constructed after GitHub's documentation. */
export function pullRequestPayload(changes: Record<string, unknown> = {}) {
  return {
    action: 'opened',
    number: 7,
    pull_request: {
      number: 7,
      title: 'Mend the gate',
      state: 'open',
      merged: false,
      draft: false,
      user: { login: 'ada' },
      head: { sha: 'b'.repeat(40) },
      base: { sha: 'c'.repeat(40) },
      html_url: 'https://github.com/acme/gate/pull/7',
      updated_at: '2026-01-01T10:00:00Z',
      ...changes,
    },
    repository: { id: 4711, full_name: 'acme/gate', html_url: 'https://github.com/acme/gate' },
  };
}

/** An issue event; constructed after GitHub's documentation. */
export function issuePayload(action: string, changes: Record<string, unknown> = {}) {
  return {
    action,
    issue: {
      number: 3,
      title: 'The gate squeaks',
      state: 'open',
      assignee: null,
      comments: 0,
      html_url: 'https://github.com/acme/gate/issues/3',
      updated_at: '2026-01-01T10:00:00Z',
      ...changes,
    },
    repository: { id: 4711, full_name: 'acme/gate', html_url: 'https://github.com/acme/gate' },
  };
}
