import { signGithubWebhook } from '@switchyard/parsers';
import { pushPayload } from '../../testing/github-requests';
import { judgeRequest } from '../../testing/judge-request';
import { githubEnterpriseRegion } from '.';

const body = Buffer.from(JSON.stringify(pushPayload()));

const judge = (signedBy: string | undefined, secrets: string[]) =>
  judgeRequest(githubEnterpriseRegion, {
    view: 'webhook',
    headers: {
      'X-GitHub-Event': 'push',
      ...(signedBy !== undefined && { 'X-Hub-Signature-256': signGithubWebhook(body, signedBy) }),
    },
    body,
    secrets,
    // The secret of the app at github.com says nothing about a server of a customer.
    settings: { githubWebhookSecrets: ['secret-of-github.com'] },
  });

describe('GitHub Enterprise webhooks, judged', () => {
  it.each([
    ['signed by its secret', 'secret', ['secret'], { kind: 'handled', isSenderUnchecked: false }],
    ['signed by another', 'guess', ['secret'], { kind: 'rejected', status: 401 }],
    ['signed by the app of github.com', 'secret-of-github.com', ['secret'], { kind: 'rejected', status: 401 }],
    ['not signed, as old servers do', undefined, ['secret'], { kind: 'handled', isSenderUnchecked: true }],
    ['signed, where the region knows no secret', 'any', [], { kind: 'handled', isSenderUnchecked: true }],
  ])('%s', async (_name, signedBy, secrets, expected) => {
    expect(await judge(signedBy, secrets)).toMatchObject(expected);
  });
});
