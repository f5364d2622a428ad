export { googleParser } from './google.parser';
