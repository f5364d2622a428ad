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
import type { AllowedTarget } from '@switchyard/http-client';
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
import { Callbacks } from './callbacks';
import { LoadingDialogs } from './loading-dialogs';
import { RegionCaller } from './region-caller';
import type { RegionResults } from './region-caller';

/** Waits before the second and third attempt at a region (spec: slack.md §7.6). */
const RETRY_DELAYS_MS = [1_000, 3_000];
const RETRIED_STATUSES = new Set([502, 503, 504]);

@Injectable()
export class DeferredDispatcher implements OnModuleDestroy {
  private readonly inFlight = new Set<Promise<void>>();

  constructor(
    private readonly regions: RegionCaller,
    private readonly callbacks: Callbacks,
    private readonly dialogs: LoadingDialogs,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The address to post to, when it is one that may be called and there is room; otherwise the answer must not wait. */
  target(decision: DeferredDecision): AllowedTarget | undefined {
    if (this.inFlight.size >= this.settings.deferredMax) return undefined;
    return this.callbacks.target(decision.callbackUrl);
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
    if (decision.opensDialog !== undefined) await this.dialogs.open(decision.opensDialog, decision.integrationId);
    const answers = await Promise.all(decision.regions.map((region) => this.askWithRetries(request, decision, region)));
    const results: RegionResults = new Map(
      decision.regions.map((region, index) => [region, answers[index] as RegionResult]),
    );
    const outcome = chooseDeferred(results, decision);
    const message = callbackMessage(outcome, decision);
    const isPosted =
      message === undefined || (await this.callbacks.post(target, message, decision.answerMember !== undefined));
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
