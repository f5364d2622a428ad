export { msteamsParser } from './msteams.parser';
