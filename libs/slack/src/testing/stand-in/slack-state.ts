import { systemClock } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { OpenViews } from './open-views';
import { RateLimiter } from './rate-limit';
import type { RateLimit } from './rate-limit';
import { ResponseUrls } from './response-urls';
import { SlackWorld } from './slack-world';
import { Triggers } from './triggers';

/** Everything that the stand-in remembers. */
export interface SlackState {
  readonly world: SlackWorld;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly views: OpenViews;
  /** Messages by workspace and channel. */
  readonly postLimit: RateLimiter;
  /** Modals by workspace. */
  readonly viewLimit: RateLimiter;
}

/** How a state begins. */
export interface StateOptions {
  readonly isOpen?: boolean;
  readonly clock?: Clock;
  /** Slack's is about one per second and channel, with short bursts; absent: none. */
  readonly postLimit?: RateLimit;
}

/** About 100 modals a minute (spec: slack.md Appendix A). */
const VIEW_LIMIT: RateLimit = { perSecond: 100 / 60, burst: 20 };

/** A state without anything in it. */
export function emptyState({ isOpen = false, clock = systemClock, postLimit }: StateOptions = {}): SlackState {
  return {
    world: new SlackWorld({ isOpen, clock }),
    triggers: new Triggers(clock, isOpen),
    responseUrls: new ResponseUrls(clock),
    views: new OpenViews(),
    postLimit: new RateLimiter(clock, postLimit),
    viewLimit: new RateLimiter(clock, postLimit === undefined ? undefined : VIEW_LIMIT),
  };
}
