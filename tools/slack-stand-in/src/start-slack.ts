import { serveStandIn, StandInCore } from '@switchyard/slack/testing';
import type { AppAddress, RateLimit, SlackWorkspaceData } from '@switchyard/slack/testing';
import { createPages } from './page/pages';

/** What a stand-in begins with. */
export interface SlackOptions {
  /** 0 or nothing means any free port. */
  readonly port?: number;
  /** 127.0.0.1 unless said otherwise. */
  readonly host?: string;
  /** Whom clicks, commands and events are told. */
  readonly app: AppAddress;
  readonly workspaces: readonly SlackWorkspaceData[];
  /** Slash command that the pages suggest. */
  readonly command?: string;
  /** Posts to one channel; Slack's own unless said otherwise. */
  readonly postLimit?: RateLimit;
}

/** A stand-in that runs. */
export interface RunningSlack {
  /** Its pages, its Web API below `/api/`, and its response URLs. */
  readonly origin: string;
  readonly apiUrl: string;
  stop(): Promise<void>;
}

/** About one message per second and channel, with short bursts (spec: slack.md Appendix A). */
const SLACKS_OWN: RateLimit = { perSecond: 1, burst: 5 };

/** Starts Slack with its pages, in this process. */
export async function startSlack(options: SlackOptions): Promise<RunningSlack> {
  const { app, workspaces, command = '/switchyard', postLimit = SLACKS_OWN, port, host } = options;
  const core = new StandInCore({ app, postLimit });
  for (const workspace of workspaces) core.state.world.add(workspace);
  const { origin, stop } = await serveStandIn(core, { port, host, pages: createPages(core, command) });
  return { origin, apiUrl: `${origin}/api/`, stop };
}
