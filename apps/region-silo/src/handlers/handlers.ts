export { githubRegion } from './github';
export { slackRegion } from './slack';
