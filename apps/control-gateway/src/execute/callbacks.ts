import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { allowedTarget, HttpPools } from '@switchyard/http-client';
import type { AllowedTarget, HttpResult } from '@switchyard/http-client';
import { GATEWAY_SETTINGS } from '../gateway.settings';
import type { GatewaySettings } from '../gateway.settings';

/** Waits before a callback is called again. */
const RETRY_DELAYS_MS = [500, 1_500];
const TIMEOUT_MS = 5_000;
const RESPONSE_MAX_BYTES = 64 * 1024;
const RETRIED_STATUSES = new Set([502, 503, 504]);

/** Posts to the addresses that providers give with a request: allowed hosts only, no redirects (slack.md §7.6). */
@Injectable()
export class Callbacks {
  constructor(
    private readonly pools: HttpPools,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  /** `undefined` when it must not be called. */
  target(url: string): AllowedTarget | undefined {
    return allowedTarget(url, this.settings.callbackHosts);
  }

  /**
   * Posts until it is taken or the waits are used up; says whether it was taken.
   *
   * @param isDiscord 404 means that the deferral is still on its way to it (spec: gateway.md §3.11)
   */
  async post(target: AllowedTarget, message: object, isDiscord = false): Promise<boolean> {
    const body = Buffer.from(JSON.stringify(message));
    for (const waitMs of [...RETRY_DELAYS_MS, undefined]) {
      const result = await this.pools.send(target.origin, {
        method: 'POST',
        path: target.path,
        headers: ['Content-Type', 'application/json; charset=utf-8'],
        body,
        timeoutMs: TIMEOUT_MS,
        maxResponseBytes: RESPONSE_MAX_BYTES,
      });
      if (result.kind === 'response' && result.status >= 200 && result.status < 300) return true;
      if (waitMs === undefined || !isWorthPostingAgain(result, isDiscord)) return false;
      await delay(waitMs, undefined, { ref: false });
    }
    return false;
  }
}

/** Only what surely was not taken. */
function isWorthPostingAgain(result: HttpResult, isDiscord: boolean): boolean {
  if (result.kind === 'failure') return result.failure === 'connect';
  return RETRIED_STATUSES.has(result.status) || (result.status === 404 && isDiscord);
}
