export { describeRequestBuffer } from './describe-request-buffer';
export type { OpenRequestBuffer } from './describe-request-buffer';
