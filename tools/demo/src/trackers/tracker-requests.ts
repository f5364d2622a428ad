import { SAMPLE_INTEGRATIONS, sampleRegions, sampleSecret } from '@switchyard/fleet';
import { signBitbucketWebhook } from '@switchyard/parsers';
import { fixtures } from '@switchyard/parsers/testing';
import { answerOnly, stored } from '../demo-request';
import type { DemoRequest } from '../demo-request';
import type { FreshIds } from '../signatures';

/** What the requests of code hosts and trackers are made of. */
export interface TrackerOptions {
  /** From which the secrets of the sample integrations are made. */
  readonly secretSeed: string;
  readonly ids: FreshIds;
}

const find = (provider: string) => {
  const found = SAMPLE_INTEGRATIONS.find((integration) => integration.provider === provider);
  if (found === undefined) throw new Error(`the samples have no integration of ${provider}`);
  return found;
};

/** One webhook of each code host and tracker that signs by the secret of an integration, and one with another secret. */
export function trackerRequests({ secretSeed, ids }: TrackerOptions): DemoRequest[] {
  const { gitlabPush, gitlabMergeRequest, vstsWorkItemUpdated, bitbucketPush } = fixtures;
  const secretOf = (provider: string): string => sampleSecret(secretSeed, find(provider));
  const regionsOf = (provider: string): readonly string[] => sampleRegions(find(provider));
  const gitlab = (label: string, event: string, payload: object, secret = secretOf('gitlab')): DemoRequest => {
    const id = ids.guid();
    const token = `${find('gitlab').externalId}:${secret}`;
    return {
      kind: 'tracker',
      label,
      path: '/extensions/gitlab/webhook/',
      headers: [...JSON_TYPE, ...['X-Gitlab-Event', event], ...['X-Gitlab-Token', token], ...['Idempotency-Key', id]],
      body: bytesOf(payload),
      providerDeliveryId: id,
      times: 1,
      expected:
        secret === secretOf('gitlab')
          ? stored(202, regionsOf('gitlab'))
          : answerOnly([401], ['gateway'], 'bad_signature'),
    };
  };
  const workItemId = ids.guid();
  const pushId = ids.guid();
  const push = bytesOf(bitbucketPush);
  return [
    gitlab('GitLab push', 'Push Hook', gitlabPush),
    gitlab('GitLab merge request', 'Merge Request Hook', gitlabMergeRequest),
    gitlab('GitLab push with another secret', 'Push Hook', gitlabPush, 'another-secret'),
    {
      kind: 'tracker',
      label: 'Azure DevOps work item',
      path: '/extensions/vsts/issue-updated/',
      headers: [...JSON_TYPE, ...['Shared-Secret', secretOf('vsts')]],
      body: bytesOf({ ...vstsWorkItemUpdated, id: workItemId }),
      providerDeliveryId: workItemId,
      times: 1,
      expected: stored(202, regionsOf('vsts')),
    },
    {
      kind: 'tracker',
      label: 'Bitbucket push',
      path: `/extensions/bitbucket/organizations/${find('bitbucket').organizationIds[0]}/webhook/`,
      headers: [
        ...JSON_TYPE,
        ...['X-Event-Key', 'repo:push'],
        ...['X-Request-UUID', pushId],
        ...['X-Hub-Signature', signBitbucketWebhook(push, secretOf('bitbucket'))],
      ],
      body: push,
      providerDeliveryId: pushId,
      times: 1,
      expected: stored(202, regionsOf('bitbucket')),
    },
  ];
}

const JSON_TYPE = ['Content-Type', 'application/json'];
const bytesOf = (payload: object): Buffer => Buffer.from(JSON.stringify(payload));
