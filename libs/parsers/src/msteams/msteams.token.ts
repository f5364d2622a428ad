import type { ParserContext, SignatureVerdict } from '../contract';
import { authorizationToken, readToken, refusedFor, verifyPublishedToken } from '../jwt';

const ISSUER = 'https://api.botframework.com';
/** gateway.md §7.3. */
const TOLERANCE_SECONDS = 300;

/**
 * Checks the Bot Framework's token: published key, our app as audience, issuer, time, and that it was made for the service URL of
 * this very activity.
 *
 * @throws SwitchyardError when the published keys cannot be had now
 */
export async function checkTeamsToken(
  authorization: string | undefined,
  serviceUrl: unknown,
  { keys, secrets, nowMs }: ParserContext,
): Promise<SignatureVerdict> {
  if (secrets.msteamsAppId === undefined) return refusedFor('not_configured').verdict;
  if (authorization === undefined) return refusedFor('missing_headers').verdict;
  const token = readToken(authorizationToken(authorization));
  if (token?.keyId === undefined) return refusedFor('bad_format').verdict;
  const key = await keys.find('bot-framework', token.keyId);
  if (key === undefined) return refusedFor('unknown_key').verdict;
  const rules = { nowMs, audience: secrets.msteamsAppId, issuer: ISSUER, toleranceSeconds: TOLERANCE_SECONDS };
  const checked = await verifyPublishedToken(token, key, rules);
  if (checked.verdict.kind === 'refused') return checked.verdict;
  const isOfThisActivity = typeof serviceUrl === 'string' && token.claims['serviceurl'] === serviceUrl;
  return isOfThisActivity ? checked.verdict : refusedFor('wrong_request').verdict;
}
