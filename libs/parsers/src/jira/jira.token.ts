import { externalId } from '../contract';
import type { InboundRequest, IntegrationView, ParserContext, SignatureVerdict } from '../contract';
import { authorizationToken, readToken, refusedFor, verifyPublishedToken, verifySharedToken } from '../jwt';
import type { TokenVerdict, UnverifiedToken } from '../jwt';
import { fitsQueryHash, queryHash } from './query-hash';

/** What a request's token says of its sender. */
export interface JiraSender {
  /** The site's client key: the token's `iss`. Believed only with a verdict that is ok. */
  readonly clientKey: string | undefined;
  readonly integration: IntegrationView | undefined;
  readonly verdict: TokenVerdict['verdict'];
}

/** The app's own base path, which Connect leaves out of the path that it signs. */
const BASE_PATH = '/extensions/jira';

/**
 * Checks the token of a request of Jira Cloud (gateway.md §2.3.5): by the secret that the site shares with us, or, where the token
 * names a key, by the key that Atlassian publishes. Whatever is wrong with a token is one refusal.
 *
 * @throws SwitchyardError when the published keys cannot be had now
 */
export async function checkJiraToken(request: InboundRequest, context: ParserContext): Promise<JiraSender> {
  const token = readToken(tokenOf(request));
  const clientKey = externalId(token?.claims.iss);
  if (token === undefined || clientKey === undefined) {
    const reason = tokenOf(request) === undefined ? 'missing_headers' : 'bad_format';
    return { clientKey: undefined, integration: undefined, ...refusedFor(reason) };
  }
  const integration = await context.directory.findIntegration('jira', clientKey);
  const checked = await checkSignature(token, integration, context);
  if (checked.verdict.kind === 'refused') return { clientKey, integration, verdict: checked.verdict };
  const { claims } = token;
  const isOfThisRequest = fitsQueryHash(claims['qsh'], hashesOf(request));
  return { clientKey, integration, verdict: isOfThisRequest ? checked.verdict : refusedFor('wrong_request').verdict };
}

/**
 * Checks a token in a region, which has the site's secret and not Atlassian's keys.
 *
 * @param isTimeProven whether the gateway has checked the token's time: a stored request may be delivered long after it
 */
export async function verifyRegionJiraToken(
  request: InboundRequest,
  secrets: readonly string[],
  { nowMs, isTimeProven }: { readonly nowMs: number; readonly isTimeProven: boolean },
): Promise<SignatureVerdict | undefined> {
  const token = readToken(tokenOf(request));
  if (token === undefined) return refusedFor(tokenOf(request) === undefined ? 'missing_headers' : 'bad_format').verdict;
  if (token.keyId !== undefined) return undefined;
  const { verdict } = await verifySharedToken(token, secrets, { nowMs: isTimeProven ? issuedAt(token, nowMs) : nowMs });
  if (verdict.kind === 'refused') return verdict;
  return fitsQueryHash(token.claims['qsh'], hashesOf(request)) ? verdict : refusedFor('wrong_request').verdict;
}

/** A moment at which the token was valid, by what it says itself. */
const issuedAt = ({ claims }: UnverifiedToken, nowMs: number): number =>
  typeof claims.exp === 'number' ? Math.min(nowMs, claims.exp * 1000 - 1_000) : nowMs;

function tokenOf(request: InboundRequest): string | undefined {
  const header = request.header('authorization');
  if (header !== undefined) return authorizationToken(header) ?? '';
  return new URLSearchParams(request.query).get('jwt') ?? undefined;
}

async function checkSignature(
  token: UnverifiedToken,
  integration: IntegrationView | undefined,
  { keys, secrets, nowMs }: ParserContext,
): Promise<TokenVerdict> {
  if (token.keyId === undefined) return verifySharedToken(token, integration?.webhookSecrets ?? [], { nowMs });
  // Without an audience a token that was made for another app would pass.
  if (secrets.publicUrl === undefined) return refusedFor('not_configured');
  const key = await keys.find('atlassian-connect', token.keyId);
  if (key === undefined) return refusedFor('unknown_key');
  const first = await verifyPublishedToken(token, key, { nowMs, audience: secrets.publicUrl });
  if (first.verdict.kind === 'ok' || first.verdict.reason !== 'wrong_audience') return first;
  return verifyPublishedToken(token, key, { nowMs, audience: secrets.publicUrl + BASE_PATH });
}

/** With the path as we see it and as it is below the app's base URL: Atlassian signs the latter. */
function hashesOf({ method, path, query }: InboundRequest): readonly (string | undefined)[] {
  const below = path.startsWith(BASE_PATH) ? path.slice(BASE_PATH.length) : path;
  return [queryHash(method, below, query), queryHash(method, path, query)];
}
