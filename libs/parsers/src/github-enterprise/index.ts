export { githubEnterpriseParser } from './github-enterprise.parser';
