import { Inject, Injectable } from '@nestjs/common';
import { mailboxOf } from '@switchyard/parsers';
import type {
  AllRegionsDecision,
  DeferredDecision,
  FirstRegionDecision,
  MailboxDecision,
  RegionDecision,
  RoutingDecision,
} from '@switchyard/parsers';
import { ShedService, StoredBytesLimit, WebhookWriter } from '@switchyard/outbox';
import { forwardableHeaders } from '@switchyard/silo';
import type { RegionResult } from '@switchyard/silo';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { ControlViews } from '../control-views/control-views';
import { jsonAnswer, problemAnswer, regionAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import { budgetLeftSeconds, webhooksOverLimit, webhooksShed } from '../edge/edge.metrics';
import type { EdgeRequest } from '../edge/edge-request';
import { TurnedAway } from '../usage/turned-away';
import { chooseAnswer, hasList } from './choose-answer';
import { DeferredDispatcher, describeResults } from './deferred.dispatcher';
import { RegionCaller } from './region-caller';

/** People type while they wait (slack.md §7.6). */
const LIST_BUDGET_MS = 2_000;

type SynchronousDecision = RegionDecision | FirstRegionDecision | AllRegionsDecision | DeferredDecision;

/** Carries routing decisions out. The only place that acts on them. */
@Injectable()
export class DecisionExecutor {
  constructor(
    private readonly controlViews: ControlViews,
    private readonly regions: RegionCaller,
    private readonly deferred: DeferredDispatcher,
    private readonly writer: WebhookWriter,
    private readonly sheds: ShedService,
    private readonly limit: StoredBytesLimit,
    private readonly turnedAway: TurnedAway,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Does what a decision says and returns what the sender is told. A 2xx means: handled, or committed. */
  async execute(request: EdgeRequest, decision: RoutingDecision): Promise<Answer> {
    switch (decision.kind) {
      case 'reply':
        return jsonAnswer('gateway', decision.status, decision.json, decision.headers);
      case 'control':
        return this.controlViews.answer(request, decision);
      case 'region':
        return this.askOne(request, decision, decision.region);
      case 'first-region':
        return this.askOne(request, decision, firstOf(decision.regions));
      case 'all-regions':
        return decision.listMember === undefined
          ? this.askAll(request, decision, decision.regions)
          : this.askForList(request, decision, decision.listMember);
      case 'deferred':
        return this.defer(request, decision);
      case 'mailbox':
        return this.store(request, decision);
    }
  }

  private async askOne(request: EdgeRequest, decision: SynchronousDecision, region: string): Promise<Answer> {
    const result = await this.regions.ask(request, region, decision, request.deadline.remainingMs());
    budgetLeftSeconds.of(request.provider).observe(request.deadline.remainingMs() / 1000);
    return result.kind === 'response' ? regionAnswer(result) : unavailable(decision, [result]);
  }

  private async askAll(
    request: EdgeRequest,
    decision: SynchronousDecision,
    regions: readonly string[],
  ): Promise<Answer> {
    const results = await this.regions.askAll(request, regions, decision, request.deadline.remainingMs());
    budgetLeftSeconds.of(request.provider).observe(request.deadline.remainingMs() / 1000);
    this.logger.info({ request_id: request.id, regions: describeResults(results) }, 'regions.asked');
    const chosen = chooseAnswer(results);
    return chosen === undefined ? unavailable(decision, [...results.values()]) : regionAnswer(chosen);
  }

  /** The first answer with something in its list wins at once; a slow region does not keep the others' people waiting. */
  private async askForList(request: EdgeRequest, decision: AllRegionsDecision, member: string): Promise<Answer> {
    const budgetMs = Math.min(request.deadline.remainingMs(), LIST_BUDGET_MS);
    const asked = decision.regions.map((region) => this.regions.ask(request, region, decision, budgetMs));
    const found = await new Promise<RegionResult | undefined>((resolve) => {
      for (const answer of asked) void answer.then((result) => hasList(result, member) && resolve(result));
      void Promise.all(asked).then(
        () => resolve(undefined),
        () => resolve(undefined),
      );
    });
    if (found?.kind === 'response') return regionAnswer(found);
    return unavailable(decision, await Promise.all(asked));
  }

  /** Acknowledges now; when the answer has nowhere to go later, the sender gets it now. */
  private async defer(request: EdgeRequest, decision: DeferredDecision): Promise<Answer> {
    const target = this.deferred.target(decision);
    if (target === undefined) {
      this.logger.warn({ request_id: request.id, provider: request.provider }, 'deferred.refused');
      return this.askAll(request, decision, decision.regions);
    }
    this.deferred.dispatch(request, decision, target);
    return jsonAnswer('gateway', decision.ackStatus, decision.ackJson);
  }

  private async store(request: EdgeRequest, decision: MailboxDecision): Promise<Answer> {
    if (this.sheds.isShed(request.provider, decision.integrationId)) {
      webhooksShed.inc({ provider: request.provider });
      this.turnedAway.note(decision.integrationId, 'shed');
      return problemAnswer(429, 'shed', 'webhooks of this integration are not taken at the moment', {
        'Retry-After': '60',
      });
    }
    if (this.limit.isOver(decision.integrationId)) {
      webhooksOverLimit.inc({ provider: request.provider });
      this.turnedAway.note(decision.integrationId, 'too_much_waiting');
      return problemAnswer(429, 'too_much_waiting', 'too much of this integration waits for its regions already', {
        'Retry-After': '60',
      });
    }
    const { inbound } = request;
    const result = await this.writer.write({
      provider: request.provider,
      integrationId: decision.integrationId,
      providerDeliveryId: decision.providerDeliveryId,
      eventType: decision.eventType,
      orderKey: decision.bucketKey,
      requestId: request.id,
      isVerified: decision.isVerified,
      maxAgeMs: decision.maxAgeMs,
      method: inbound.method,
      path: request.pathAndQuery,
      headers: forwardableHeaders(inbound.rawHeaders),
      body: inbound.body,
      destinations: decision.regions.map((region) => ({
        region,
        mailbox: mailboxOf(request.parser, decision, region),
      })),
    });
    if (result.kind !== 'unavailable') return jsonAnswer('gateway', decision.ackStatus);
    return problemAnswer(503, 'not_stored', 'the webhook could not be stored; please send it again', {
      'Retry-After': String(result.retryAfterSeconds),
    });
  }
}

/** No region answered: what the provider's parser provides for, else 504 after a timeout and 502 otherwise. */
function unavailable(decision: SynchronousDecision, results: readonly RegionResult[]): Answer {
  if (decision.whenUnavailable !== undefined) {
    return jsonAnswer('gateway', decision.whenUnavailable.status, decision.whenUnavailable.json);
  }
  const isTimeout = results.some((result) => result.kind === 'failure' && result.failure === 'timeout');
  return isTimeout
    ? problemAnswer(504, 'region_timeout', 'the region did not answer in time')
    : problemAnswer(502, 'region_unavailable', 'the region could not be reached');
}

function firstOf(regions: readonly string[]): string {
  const [first] = regions;
  if (first === undefined) throw new Error('a first-region decision names no region');
  return first;
}
