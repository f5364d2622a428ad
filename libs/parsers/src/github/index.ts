export { githubParser } from './github.parser';
