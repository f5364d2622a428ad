export { bitbucketServerParser } from './bitbucket-server.parser';
