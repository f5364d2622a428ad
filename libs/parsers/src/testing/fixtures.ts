import bitbucketServerRefsChanged from '../bitbucket-server/fixtures/refs-changed.json';
import bitbucketPush from '../bitbucket/fixtures/push.json';
import gitlabIssue from '../gitlab/fixtures/issue.json';
import gitlabMergeRequest from '../gitlab/fixtures/merge-request.json';
import gitlabPush from '../gitlab/fixtures/push.json';
import vstsWorkItemUpdated from '../vsts/fixtures/workitem-updated.json';

/** Bodies as providers send them; where each comes from stands in the README of its folder. */
export const fixtures = {
  bitbucketPush,
  bitbucketServerRefsChanged,
  gitlabIssue,
  gitlabMergeRequest,
  gitlabPush,
  vstsWorkItemUpdated,
} as const;
