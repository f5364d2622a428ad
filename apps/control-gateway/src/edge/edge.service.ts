import { Inject, Injectable } from '@nestjs/common';
import { isConnectionFailure } from '@switchyard/database';
import type { RoutingDecision, SignatureVerdict } from '@switchyard/parsers';
import { CLOCK, Deadline } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { edgeSpan, LOGGER, requestIdOf, withSpan } from '@switchyard/telemetry';
import type { ActiveSpan, Logger } from '@switchyard/telemetry';
import { DecisionExecutor } from '../execute/decision.executor';
import { GATEWAY_SETTINGS } from '../gateway.settings';
import type { GatewaySettings } from '../gateway.settings';
import { RejectionLog } from '../rejections/rejection.log';
import { SlackReplays } from '../slack-replays/slack-replays';
import { jsonAnswer, problemAnswer } from './answer';
import type { Answer } from './answer';
import { edgeDurationSeconds, edgeRequests, signatureChecks } from './edge.metrics';
import type { EdgeRequest } from './edge-request';
import { RequestRouter } from './request-router';
import type { AddressedRequest, Decided, RawRequest } from './request-router';

/** What was done with a request, for its log line and its counters. */
interface Handled {
  readonly answer: Answer;
  readonly provider: string;
  readonly view: string;
  readonly decision: RoutingDecision['kind'] | 'none';
  readonly reason: string;
  readonly because: string;
  /** Absent when no parser decided. */
  readonly decided?: Decided;
}

/** The answer, and the id by which the request is known. */
interface HandledRequest {
  readonly answer: Answer;
  readonly requestId: string;
}

const DECIDE = { kind: 'internal' } as const;

/** The public edge: checks a request, asks the provider's parser, has the decision carried out. */
@Injectable()
export class EdgeService {
  constructor(
    private readonly router: RequestRouter,
    private readonly executor: DecisionExecutor,
    private readonly rejections: RejectionLog,
    private readonly replays: SlackReplays,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Answers one request, in a trace of its own; never throws. */
  handle(raw: RawRequest): Promise<HandledRequest> {
    return withSpan('edge.receive', edgeSpan(raw.rawHeaders), (span) => this.handleTraced(raw, span));
  }

  private async handleTraced(raw: RawRequest, span: ActiveSpan): Promise<HandledRequest> {
    const startedAt = this.clock.monotonic();
    const requestId = requestIdOf(undefined);
    const handled = await this.answer(raw, requestId);
    const { answer, provider, view, decision, reason } = handled;
    if (isRejection(handled)) this.rejections.record({ requestId, raw, ...handled, status: answer.status });
    const durationMs = this.clock.monotonic() - startedAt;
    edgeRequests.of(provider, view, decision, reason, String(answer.status)).inc();
    edgeDurationSeconds.of(provider, decision).observe(durationMs / 1000);
    if (span.isRecording) describe(span, handled, requestId);
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
    const addressed = this.router.address(raw);
    if (addressed.kind === 'unaddressed') {
      return refused('none', 'none', addressed.status, addressed.reason, addressed.detail);
    }
    const { parser, inbound } = addressed;
    const deadline = Deadline.after(this.clock, parser.answerBudgetMs ?? this.settings.answerBudgetMs);
    const { provider } = parser;
    return this.carryOut(addressed, { id: requestId, provider, parser, inbound, pathAndQuery: raw.url, deadline });
  }

  private async carryOut(addressed: AddressedRequest, request: EdgeRequest): Promise<Handled> {
    const { provider } = request;
    const { view } = request.inbound;
    try {
      const decided = await withSpan('edge.decide', DECIDE, () => this.router.decide(addressed));
      const { decision } = decided;
      countVerification(provider, decision.verification);
      const answer = (await this.replays.isReplay(provider, request.inbound, decision))
        ? jsonAnswer('gateway', 200)
        : await this.executor.execute(request, decision);
      const { kind, reason, because } = decision;
      return { answer, provider, view, decision: kind, reason, because, decided };
    } catch (error) {
      this.logger.error({ error, request_id: request.id, provider, view }, 'webhook.failed');
      return isBrokenDependency(error)
        ? refused(provider, view, 503, 'unavailable', 'the webhook could not be handled; please send it again', {
            'Retry-After': '5',
          })
        : refused(provider, view, 500, 'unexpected', 'the webhook met an error that nobody expected');
    }
  }
}

function describe(span: ActiveSpan, { provider, view, decision, reason, answer }: Handled, requestId: string): void {
  span.set({
    'switchyard.request_id': requestId,
    'switchyard.provider': provider,
    'switchyard.view': view,
    'switchyard.decision': decision,
    'switchyard.reason': reason,
    'switchyard.answered_by': answer.answeredBy,
    'http.response.status_code': answer.status,
  });
  if (answer.status >= 500) span.fail(reason);
}

/** Replies that refuse nothing. */
const ACCEPTING_REASONS = new Set(['accepted', 'challenge', 'dropped_event']);

/** Whether a request was turned away, whatever status its sender was told. */
function isRejection({ decision, reason, answer }: Handled): boolean {
  if (answer.status === 429) return true;
  if (decision === 'none') return answer.status < 500;
  return (decision === 'reply' && !ACCEPTING_REASONS.has(reason)) || (decision === 'control' && answer.status >= 400);
}

function countVerification(provider: string, verdict: SignatureVerdict | undefined): void {
  if (verdict === undefined) return;
  const result = verdict.kind === 'refused' ? verdict.reason : verdict.keyIndex === 0 ? 'ok' : 'ok_old_key';
  signatureChecks.of(provider, result).inc();
}

/** A database or a socket that failed carries a code, or is known by name; a bug does not. */
function isBrokenDependency(error: unknown): boolean {
  if (isConnectionFailure(error)) return true;
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
