/*
 * Posts replies to threads (slack.md §9.2).
 *
 * A lane is a channel of a workspace: one message at a time, in order. Slack's "not now" parks the lane and nothing else; nobody sleeps on
 * it. A reply is marked as being sent, and that is committed, before Slack is called: after a crash in between it is looked for in the
 * thread by its metadata, and posted again only when it is surely not there.
 */
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { classOf, SlackApi } from '@switchyard/slack';
import type { SlackAnswer, SlackPost } from '@switchyard/slack';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import type { SlackWorkspace } from '../slack-workspaces/slack-workspace.store';
import { ReplyStore } from './reply.store';
import type { ClaimedReply, NextReply } from './reply.store';
import { SLACK_THREAD_SETTINGS } from './slack-thread.settings';
import type { SlackThreadSettings } from './slack-thread.settings';
import { lanesParked, threadReplies } from './slack-threads.metrics';
import { ThreadHints } from './thread-hints';
import { TokenBuckets } from './token-bucket';

/** By which a reply is found again in its thread. */
export const ACTIVITY_EVENT = 'switchyard_activity';

const RETRY_MS = [2_000, 10_000, 60_000, 300_000, 900_000];
const PAUSE_DEFAULT_S = 30;
const TEXT_MAX = 3_000;
const REASON_MAX = 64;
/** Longer than a call of Slack may take. */
const ABANDONED_SECONDS = 30;

@Injectable()
export class ReplyPoster {
  private readonly lanes: TokenBuckets;
  private readonly workspaceBuckets: TokenBuckets;

  constructor(
    private readonly replies: ReplyStore,
    private readonly workspaces: SlackWorkspaceStore,
    private readonly slack: SlackApi,
    private readonly hints: ThreadHints,
    @Inject(SLACK_THREAD_SETTINGS) private readonly settings: SlackThreadSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.lanes = new TokenBuckets(settings.lanePerMinute);
    this.workspaceBuckets = new TokenBuckets(settings.workspacePerMinute);
  }

  /** Posts what may be posted now, channels side by side. `waitMs`: when a channel that has to wait may be written to. */
  async run(): Promise<{ readonly tried: number; readonly waitMs: number }> {
    const now = this.clock.now();
    const next = await this.replies.next(this.settings.concurrency * 5);
    const waits = next.map((reply) => this.waitMs(reply, now));
    const allowed = next.filter((_reply, index) => waits[index] === 0).slice(0, this.settings.concurrency);
    const tried = await Promise.all(allowed.map((reply) => this.post(reply)));
    this.lanes.tidy(now);
    this.workspaceBuckets.tidy(now);
    return { tried: tried.filter(Boolean).length, waitMs: Math.min(...waits.filter((wait) => wait > 0)) };
  }

  /** Looks for what may or may not have been posted. */
  async recover(afterSeconds = ABANDONED_SECONDS): Promise<void> {
    await this.replies.findAbandoned(afterSeconds);
    for (const reply of await this.replies.unknown()) await this.lookFor(reply);
  }

  private waitMs(reply: NextReply, now: number): number {
    return Math.max(this.lanes.waitMs(laneOf(reply), now), this.workspaceBuckets.waitMs(reply.integrationId, now));
  }

  private async post(next: NextReply): Promise<boolean> {
    if (next.ageSeconds > this.settings.ageMaxSeconds) {
      await this.replies.expire(next.id);
      threadReplies.inc({ state: 'expired', reason: 'too_old' });
      return false;
    }
    const workspace = await this.workspaces.find(next.integrationId);
    if (workspace?.botToken === undefined) {
      await this.replies.giveUpWorkspace(next.integrationId, 'no_token', 0);
      return false;
    }
    const claimed = await this.replies.claim(next, this.settings.editWindowSeconds);
    if (claimed === undefined) return false;
    const now = this.clock.now();
    this.lanes.take(laneOf(next), now);
    this.workspaceBuckets.take(next.integrationId, now);
    await this.settle(claimed, await this.send(claimed, workspace.botToken));
    return true;
  }

  private async send(reply: ClaimedReply, token: string): Promise<SlackAnswer> {
    const { edited } = reply;
    if (edited === undefined)
      return this.sendAs(reply, reply.lines, (message) => this.slack.post({ token, ...message }));
    const lines = [...edited.lines, ...reply.lines];
    const answer = await this.sendAs(reply, lines, (message) =>
      this.slack.update({ token, ts: edited.ts, ...message }),
    );
    if (classOf(answer) !== 'refused') return answer;
    // Somebody deleted it, or may not be edited any more: then it is a message of its own.
    return this.sendAs(reply, reply.lines, (message) => this.slack.post({ token, ...message }));
  }

  private async sendAs(
    reply: ClaimedReply,
    lines: readonly string[],
    call: (message: Omit<SlackPost, 'token'>) => Promise<SlackAnswer>,
  ): Promise<SlackAnswer> {
    const more = reply.hidden === 0 ? [] : [`+${reply.hidden} more`];
    const text = [...lines, ...more].join('\n').slice(0, TEXT_MAX);
    const message = {
      channel: reply.channelId,
      text,
      threadTs: reply.threadTs,
      metadata: {
        eventType: ACTIVITY_EVENT,
        payload: { activity: reply.activityIds.join(','), parent: reply.parentId, reply: reply.id },
      },
    };
    const answer = await call({ ...message, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] });
    if (classOf(answer) !== 'malformed') return answer;
    this.logger.error({ reply: reply.id, error: answer.kind === 'error' ? answer.error : '' }, 'slack_reply.malformed');
    return call(message);
  }

  private async settle(reply: ClaimedReply, answer: SlackAnswer): Promise<void> {
    const verdict = classOf(answer);
    threadReplies.inc({ state: verdict, reason: answer.kind === 'error' ? 'slack' : answer.kind });
    const { reason, status } = whyOf(answer);
    switch (verdict) {
      case 'sent':
        return this.replies.sent(reply.id, answer.kind === 'ok' ? answer.ts : undefined);
      case 'parked':
      case 'transient':
        return this.later(reply, answer, verdict);
      case 'unknown':
        return this.replies.becomeUnknown(reply.id, reason);
      case 'parent_gone':
        this.logger.warn({ reply: reply.id, parent: reply.parentId, reason }, 'slack_parent.gone');
        return this.replies.giveUpParent(reply.parentId, reason, status);
      case 'workspace_gone':
        if (await this.replies.giveUpWorkspace(reply.integrationId, reason, status))
          this.logger.error({ integration: reply.integrationId, reason }, 'slack_workspace.broken');
        return;
      case 'malformed':
      case 'refused':
        this.logger.warn({ reply: reply.id, reason }, 'slack_reply.refused');
        return this.replies.fail(reply.id, reason, status);
    }
  }

  /** Slack asked for a pause, which costs no attempt; or it was unwell, which does. */
  private async later(reply: ClaimedReply, answer: SlackAnswer, verdict: 'parked' | 'transient'): Promise<void> {
    const { reason, status } = whyOf(answer);
    if (verdict === 'parked') {
      lanesParked.inc();
      const seconds = (answer.kind === 'error' ? answer.retryAfterS : undefined) ?? PAUSE_DEFAULT_S;
      return this.postpone(reply, seconds * 1_000, reason, false);
    }
    const waitMs = RETRY_MS[reply.attempts];
    if (waitMs === undefined) return this.replies.fail(reply.id, reason, status);
    return this.postpone(reply, waitMs, reason, true);
  }

  /** The channel waits, with all that is behind; nobody waits with it. */
  private async postpone(reply: NextReply, waitMs: number, reason: string, countsAttempt: boolean): Promise<void> {
    await this.replies.postpone(reply.id, waitMs, reason, countsAttempt);
    this.hints.channel(reply.integrationId, reply.channelId, waitMs);
  }

  private async lookFor(reply: NextReply): Promise<void> {
    const workspace: SlackWorkspace | undefined = await this.workspaces.find(reply.integrationId);
    const thread =
      workspace?.botToken === undefined
        ? undefined
        : await this.slack.thread(workspace.botToken, reply.channelId, reply.threadTs);
    if (thread === undefined) {
      // Never blindly again: it stays as it is, for people to see.
      await this.replies.becomeUnknown(reply.id, 'unverified');
      threadReplies.inc({ state: 'unknown', reason: 'unverified' });
      return;
    }
    const found = thread.find(
      ({ eventType, payload }) => eventType === ACTIVITY_EVENT && String(payload['reply'] ?? '') === reply.id,
    );
    if (found === undefined) return this.replies.postpone(reply.id, 0, 'not_there', true);
    await this.replies.sent(reply.id, found.ts);
  }
}

const laneOf = ({ integrationId, channelId }: NextReply): string => `${integrationId}/${channelId}`;

/** Slack's word and status; without an answer the socket's word and 0. */
function whyOf(answer: SlackAnswer): { readonly reason: string; readonly status: number } {
  switch (answer.kind) {
    case 'ok':
      return { reason: 'none', status: 200 };
    case 'error':
      return { reason: answer.error.slice(0, REASON_MAX), status: answer.status };
    case 'no_answer':
      return { reason: answer.detail.slice(0, REASON_MAX), status: 0 };
  }
}
