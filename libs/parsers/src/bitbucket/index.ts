export { bitbucketParser } from './bitbucket.parser';
