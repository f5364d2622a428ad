/*
 * Answers that come later.
 *
 * The sender has been acknowledged; the regions are asked in parallel and the chosen answer is posted to the callback URL.
 * The request lives in this process's memory only, because its sender waits for the answer and such a payload is never
 * written down in control (design rule 6). A shutdown waits for what is in flight.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { allowedTarget, HttpPools } from '@switchyard/http-client';
import type { AllowedTarget, HttpResult } from '@switchyard/http-client';
import type { DeferredDecision } from '@switchyard/parsers';
import type { RegionResult } from '@switchyard/silo';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { deferredAnswers } from '../edge/edge.metrics';
import type { EdgeRequest } from '../edge/edge-request';
import { GATEWAY_SETTINGS } from '../gateway.settings';
import type { GatewaySettings } from '../gateway.settings';
import { chooseDeferred } from './choose-answer';
import { callbackMessage } from './callback-message';
import type { CallbackMessage } from './callback-message';
import { RegionCaller } from './region-caller';
import type { RegionResults } from './region-caller';

/** Waits before the second and third attempt at a region (spec: slack.md §7.6). */
const RETRY_DELAYS_MS = [1_000, 3_000];
const RETRIED_STATUSES = new Set([502, 503, 504]);
/** Waits before the callback is called again. */
const CALLBACK_RETRY_DELAYS_MS = [500, 1_500];
const CALLBACK_TIMEOUT_MS = 5_000;
const CALLBACK_RESPONSE_MAX_BYTES = 64 * 1024;

@Injectable()
export class DeferredDispatcher implements OnModuleDestroy {
  private readonly inFlight = new Set<Promise<void>>();

  constructor(
    private readonly regions: RegionCaller,
    private readonly pools: HttpPools,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The address to post to, when it is one that may be called and there is room; otherwise the answer must not wait. */
  target(decision: DeferredDecision): AllowedTarget | undefined {
    if (this.inFlight.size >= this.settings.deferredMax) return undefined;
    return allowedTarget(decision.callbackUrl, this.settings.callbackHosts);
  }

  /** Starts the work and returns at once. */
  dispatch(request: EdgeRequest, decision: DeferredDecision, target: AllowedTarget): void {
    const work = this.run(request, decision, target)
      .catch((error: unknown) => {
        deferredAnswers.inc({ provider: request.provider, result: 'error' });
        this.logger.error({ error, request_id: request.id }, 'deferred.failed');
      })
      .finally(() => this.inFlight.delete(work));
    this.inFlight.add(work);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  private async run(request: EdgeRequest, decision: DeferredDecision, target: AllowedTarget): Promise<void> {
    const answers = await Promise.all(decision.regions.map((region) => this.askWithRetries(request, decision, region)));
    const results: RegionResults = new Map(
      decision.regions.map((region, index) => [region, answers[index] as RegionResult]),
    );
    const outcome = chooseDeferred(results, decision.answerMember);
    const message = callbackMessage(outcome, decision);
    const isPosted = message === undefined || (await this.post(target, message, decision));
    const posted = isPosted ? outcome.kind : 'post_failed';
    deferredAnswers.inc({ provider: request.provider, result: posted });
    this.logger.info(
      {
        request_id: request.id,
        provider: request.provider,
        regions: describeResults(results),
        result: posted,
        is_ambiguous: outcome.kind === 'post' && outcome.isAmbiguous,
      },
      'deferred.answered',
    );
  }

  private async askWithRetries(
    request: EdgeRequest,
    decision: DeferredDecision,
    region: string,
  ): Promise<RegionResult> {
    let result = await this.regions.ask(request, region, decision, this.settings.deferredBudgetMs);
    for (const waitMs of RETRY_DELAYS_MS) {
      if (!isWorthRetrying(result)) return result;
      await delay(waitMs, undefined, { ref: false });
      result = await this.regions.ask(request, region, decision, this.settings.deferredBudgetMs);
    }
    return result;
  }

  /** Posts until it is taken or the waits are used up; says whether it was taken. */
  private async post(target: AllowedTarget, message: CallbackMessage, decision: DeferredDecision): Promise<boolean> {
    const body = Buffer.from(JSON.stringify(message));
    for (const waitMs of [...CALLBACK_RETRY_DELAYS_MS, undefined]) {
      const result = await this.pools.send(target.origin, {
        method: 'POST',
        path: target.path,
        headers: ['Content-Type', 'application/json; charset=utf-8'],
        body,
        timeoutMs: CALLBACK_TIMEOUT_MS,
        maxResponseBytes: CALLBACK_RESPONSE_MAX_BYTES,
      });
      if (result.kind === 'response' && result.status >= 200 && result.status < 300) return true;
      if (waitMs === undefined || !isWorthPostingAgain(result, decision)) return false;
      await delay(waitMs, undefined, { ref: false });
    }
    return false;
  }
}

/** Only what surely was not taken. Discord's 404: the deferral is still on its way to it (spec: gateway.md §3.11). */
function isWorthPostingAgain(result: HttpResult, { answerMember }: DeferredDecision): boolean {
  if (result.kind === 'failure') return result.failure === 'connect';
  return RETRIED_STATUSES.has(result.status) || (result.status === 404 && answerMember !== undefined);
}

function isWorthRetrying(result: RegionResult): boolean {
  return result.kind === 'failure' ? result.failure === 'connect' : RETRIED_STATUSES.has(result.status);
}

/** Region name to status or failure, for logs. */
export function describeResults(results: RegionResults): Record<string, number | string> {
  return Object.fromEntries(
    [...results].map(([region, result]) => [region, result.kind === 'response' ? result.status : result.failure]),
  );
}
