import { Inject, Injectable } from '@nestjs/common';
import { DirectoryCache } from '@switchyard/directory';
import { classify, findParserOf, InboundRequest, resolveRoute } from '@switchyard/parsers';
import type { Parser, ParserContext, RoutingDecision, SignatureVerdict } from '@switchyard/parsers';
import { CLOCK, Deadline } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { LOGGER, requestIdOf } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { DecisionExecutor } from '../execute/decision.executor';
import { GATEWAY_SETTINGS } from '../gateway.settings';
import type { GatewaySettings } from '../gateway.settings';
import { problemAnswer } from './answer';
import type { Answer } from './answer';
import { edgeDurationSeconds, edgeRequests, signatureChecks } from './edge.metrics';
import type { EdgeRequest } from './edge-request';
import { checkHeaders, checkPath } from './request-check';

/** DI token of the {@link ProviderFacts}. */
export const PROVIDER_FACTS = Symbol('PROVIDER_FACTS');

/** What parsers know of the product's apps at providers. */
export type ProviderFacts = Pick<ParserContext, 'secrets' | 'keys'>;

/** A request as the socket gave it. */
export interface RawRequest {
  readonly method: string;
  /** Path with query, as it came. */
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Who sent it, behind trusted proxies only. */
  readonly senderAddress?: string;
}

/** What was done with a request, for its log line and its counters. */
interface Handled {
  readonly answer: Answer;
  readonly provider: string;
  readonly view: string;
  readonly decision: RoutingDecision['kind'] | 'none';
  readonly reason: string;
  readonly because: string;
}

/** The public edge: checks a request, asks the provider's parser, has the decision carried out. */
@Injectable()
export class EdgeService {
  constructor(
    private readonly directory: DirectoryCache,
    private readonly executor: DecisionExecutor,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    @Inject(PROVIDER_FACTS) private readonly facts: ProviderFacts,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Answers one request; never throws. */
  async handle(raw: RawRequest): Promise<{ readonly answer: Answer; readonly requestId: string }> {
    const startedAt = this.clock.monotonic();
    const requestId = requestIdOf(undefined);
    const handled = await this.answer(raw, requestId);
    const { answer, provider, view, decision, reason } = handled;
    const durationMs = this.clock.monotonic() - startedAt;
    edgeRequests.of(provider, view, decision, reason, String(answer.status)).inc();
    edgeDurationSeconds.of(provider, decision).observe(durationMs / 1000);
    this.logger.info(
      {
        request_id: requestId,
        provider,
        view,
        decision,
        reason,
        because: handled.because,
        status: answer.status,
        answered_by: answer.answeredBy,
        body_bytes: raw.body.length,
        duration_ms: Math.round(durationMs * 100) / 100,
      },
      'webhook.received',
    );
    return { answer, requestId };
  }

  private async answer(raw: RawRequest, requestId: string): Promise<Handled> {
    const queryAt = raw.url.indexOf('?');
    const path = queryAt < 0 ? raw.url : raw.url.slice(0, queryAt);
    const fault = checkPath(path) ?? checkHeaders(raw.rawHeaders);
    if (fault !== undefined) return refused('none', 'none', 400, fault.reason, fault.detail);

    const parser = findParserOf(classify(path));
    if (parser === undefined) return refused('none', 'none', 404, 'unknown_provider', 'no provider has this address');
    return this.decide(parser, raw, path, requestId);
  }

  private async decide(parser: Parser, raw: RawRequest, path: string, requestId: string): Promise<Handled> {
    const { view, params } = resolveRoute(parser, path);
    const { method, rawHeaders, body, senderAddress } = raw;
    const query = raw.url.slice(path.length + 1);
    const inbound = new InboundRequest({ method, path, query, senderAddress, rawHeaders, body, view, params });
    const { provider } = parser;
    const request: EdgeRequest = {
      id: requestId,
      provider,
      parser,
      inbound,
      pathAndQuery: raw.url,
      deadline: Deadline.after(this.clock, parser.answerBudgetMs ?? this.settings.answerBudgetMs),
    };
    try {
      const context: ParserContext = { directory: this.directory, ...this.facts, nowMs: this.clock.now() };
      const decision = await parser.decide(inbound, context);
      countVerification(provider, decision.verification);
      const answer = await this.executor.execute(request, decision);
      return { answer, provider, view, decision: decision.kind, reason: decision.reason, because: decision.because };
    } catch (error) {
      this.logger.error({ error, request_id: requestId, provider, view }, 'webhook.failed');
      return isBrokenDependency(error)
        ? refused(provider, view, 503, 'unavailable', 'the webhook could not be handled; please send it again', {
            'Retry-After': '5',
          })
        : refused(provider, view, 500, 'unexpected', 'the webhook met an error that nobody expected');
    }
  }
}

function countVerification(provider: string, verdict: SignatureVerdict | undefined): void {
  if (verdict === undefined) return;
  const result = verdict.kind === 'refused' ? verdict.reason : verdict.keyIndex === 0 ? 'ok' : 'ok_old_key';
  signatureChecks.of(provider, result).inc();
}

/** A database or a socket that failed carries a code; a bug does not. */
function isBrokenDependency(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === 'string' || (cause !== undefined && isBrokenDependency(cause));
}

function refused(
  provider: string,
  view: string,
  status: number,
  reason: string,
  detail: string,
  headers?: Record<string, string>,
): Handled {
  return {
    answer: problemAnswer(status, reason, detail, headers),
    provider,
    view,
    decision: 'none',
    reason,
    because: detail,
  };
}
