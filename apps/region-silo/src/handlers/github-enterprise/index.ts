export { githubEnterpriseRegion } from '../github/github.handler';
