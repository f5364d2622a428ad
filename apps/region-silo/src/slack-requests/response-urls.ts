import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { allowedTarget, HttpPools } from '@switchyard/http-client';
import { counter, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { SLACK_REQUEST_SETTINGS } from './slack-request.settings';
import type { SlackRequestSettings } from './slack-request.settings';

const TIMEOUT_MS = 5_000;
const ANSWER_MAX_BYTES = 64 * 1024;
const WORD = /^[a-z_]{1,64}$/;

const responsesTotal = counter({
  name: 'switchyard_slack_response_urls_total',
  help: 'Messages to response URLs of Slack by purpose, and how that ended: sent, refused, no_answer, not_allowed.',
  labels: ['purpose', 'result'],
});

/** Why a message was sent to a response URL. */
export type ResponsePurpose = 'replace' | 'text';

/** Posts to the response URLs that Slack gives with a click (slack.md §7.6): allowed hosts only, no redirects, five seconds. */
@Injectable()
export class ResponseUrls implements OnModuleDestroy {
  constructor(
    private readonly pools: HttpPools,
    @Inject(SLACK_REQUEST_SETTINGS) private readonly settings: SlackRequestSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleDestroy(): Promise<void> {
    return this.pools.close();
  }

  /** Whether Slack took it. What it says otherwise is logged, with its own word. */
  async send(url: string, message: object, purpose: ResponsePurpose): Promise<boolean> {
    const target = allowedTarget(url, this.settings.responseHosts);
    if (target === undefined) return this.failed('not_allowed', purpose, {});
    const result = await this.pools.send(target.origin, {
      method: 'POST',
      path: target.path,
      headers: ['Content-Type', 'application/json; charset=utf-8'],
      body: Buffer.from(JSON.stringify(message)),
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: ANSWER_MAX_BYTES,
    });
    if (result.kind === 'failure') return this.failed('no_answer', purpose, { because: result.failure });
    if (result.status >= 200 && result.status < 300) {
      responsesTotal.inc({ purpose, result: 'sent' });
      return true;
    }
    const word = result.body.toString('utf8').trim();
    return this.failed('refused', purpose, { status: result.status, slack_error: WORD.test(word) ? word : undefined });
  }

  private failed(result: string, purpose: ResponsePurpose, facts: Readonly<Record<string, unknown>>): false {
    responsesTotal.inc({ purpose, result });
    this.logger.warn({ purpose, result, ...facts }, 'slack_response_url.failed');
    return false;
  }
}
