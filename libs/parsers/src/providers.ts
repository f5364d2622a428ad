export { githubParser } from './github';
export { slackParser } from './slack';
