export { authorizationToken, readToken, refusedFor, verifyPublishedToken, verifySharedToken } from './jwt';
export type { TokenRules, TokenVerdict, UnverifiedToken } from './jwt';
