export { gitlabParser } from './gitlab.parser';
