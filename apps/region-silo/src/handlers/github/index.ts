export { githubRegion } from './github.handler';
