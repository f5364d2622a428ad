import { setTimeout as delay } from 'node:timers/promises';
import {
  loadRegionSamples,
  loadSamples,
  SAMPLE_GITHUB_INSTALLATION,
  SAMPLE_INTEGRATIONS,
  SAMPLE_SLACK_TEAM,
  sampleRegions,
} from '@switchyard/fleet';
import type { FleetDescription } from '@switchyard/fleet';
import { appStory } from './apps/app-story';
import { countUndelivered, runChecks } from './check';
import type { Check, Seen } from './check';
import type { DemoRequest } from './demo-request';
import { forgedRequests } from './forged-requests';
import { githubRequests } from './github/github-requests';
import type { GithubOptions } from './github/github-requests';
import { readRecords, readTotals } from './records';
import { sendAll } from './send';
import type { Sent } from './send';
import { randomIds } from './signatures';
import { slackRequests } from './slack/slack-requests';
import { RegionIssue } from './slack/region-issue';
import { ResponseUrlPool } from './slack/response-url-pool';
import { SlackControl } from './slack/slack-control';
import type { SlackOptions } from './slack/slack-sender';
import { slackStory, untilPeopleAreKnown } from './slack/slack-story';
import { summarize, totalFigures } from './summary';
import type { DemoFigures, KindSummary } from './summary';
import { trackerRequests } from './trackers/tracker-requests';

/** What a run came to. */
export interface DemoResult {
  readonly ok: boolean;
  readonly kinds: readonly KindSummary[];
  readonly checks: readonly (Check & { readonly ok: boolean })[];
  /** Those of all checks, one sentence each. */
  readonly failures: readonly string[];
  readonly figures: DemoFigures & { readonly durationMs: number };
}

const CONCURRENCY = 8;
const WAIT_MS = 30_000;
const POLL_MS = 200;
/** Clocks of one machine agree; a record's time is cut to the millisecond. */
const CLOCK_MARGIN_MS = 5;

/** Who clicks, where; both regions have organizations of this workspace, and the issue is in the second one. */
const ADA = { teamId: SAMPLE_SLACK_TEAM, userId: 'U0ADA', channel: 'C0ALERTS' } as const;
const ACME = { slug: 'acme', id: '1', region: 'us' } as const;

/** Sends everything to a running fleet, waits for what must come of it and checks it. */
export async function runDemo(fleet: FleetDescription, report: (line: string) => void): Promise<DemoResult> {
  const load = () => loadSamples(fleet.addresses.gateway, fleet.adminToken, fleet.secrets.githubWebhookSecret);
  await loadRegionSamples(fleet, await load());
  const startedAt = Date.now() - CLOCK_MARGIN_MS;
  const [story, slack] = [await slackStory(fleet, report), await prepareSlack(fleet)];
  const before = await readTotals(fleet);
  const { ordinary, installs } = demoRequests(fleet, slack);
  report(`sending ${ordinary.length + installs.length} requests to ${fleet.addresses.gateway}`);
  const sent = [...(await sendAll(fleet.addresses.gateway, ordinary, CONCURRENCY, progress(ordinary.length, report)))];
  const { records, totals: after } = await untilDelivered(fleet, startedAt, sent, slack.responseUrls, report);
  const seen: Seen = {
    sent,
    records,
    totals: { before, after },
    posted: slack.responseUrls.posted,
    answersTo: (token) => slack.responseUrls.of(token),
  };
  // These switch integrations on and off, so they come after everything that needs them, one by one.
  sent.push(...(await sendAll(fleet.addresses.gateway, installs, 1, () => undefined)));
  await load();
  const checks = [...runChecks(seen), story, await appStory(fleet, report)];
  const failures = checks.flatMap((check) => check.failures);
  return {
    ok: failures.length === 0,
    kinds: summarize(seen),
    checks: checks.map((check) => ({ ...check, ok: check.failures.length === 0 })),
    failures,
    figures: { ...totalFigures(seen), durationMs: Date.now() - startedAt },
  };
}

/** What Slack's requests are made of: response URLs of the stand-in, and an issue that people may change. */
async function prepareSlack(
  fleet: FleetDescription,
): Promise<SlackOptions & { readonly responseUrls: ResponseUrlPool }> {
  const issue = new RegionIssue(fleet, ACME.slug);
  await untilPeopleAreKnown(fleet, issue, ADA);
  const team = SAMPLE_INTEGRATIONS.find(({ externalId }) => externalId === SAMPLE_SLACK_TEAM);
  return {
    signingSecret: fleet.secrets.slackSigningSecret,
    ids: randomIds,
    nowSeconds: Math.floor(Date.now() / 1000),
    team: SAMPLE_SLACK_TEAM,
    regions: team === undefined ? [] : sampleRegions(team),
    responseUrls: await ResponseUrlPool.fill(new SlackControl(fleet), ADA),
    callbackOrigin: fleet.addresses.slack,
    issue: { id: String(issue.id), organization: ACME.id, region: ACME.region },
    userId: ADA.userId,
  };
}

function demoRequests(
  { secrets }: FleetDescription,
  slack: SlackOptions,
): { ordinary: DemoRequest[]; installs: DemoRequest[] } {
  const regionsOf = (id: string): readonly string[] | undefined => {
    const found = SAMPLE_INTEGRATIONS.find(({ provider, externalId }) => provider === 'github' && externalId === id);
    return found === undefined ? undefined : sampleRegions(found);
  };
  const github: GithubOptions = {
    secret: secrets.githubWebhookSecret,
    ids: randomIds,
    sampleInstallation: SAMPLE_GITHUB_INSTALLATION,
    regionsOf,
  };
  const trackers = trackerRequests({ secretSeed: secrets.githubWebhookSecret, ids: randomIds });
  const all = [...githubRequests(github), ...slackRequests(slack), ...trackers, ...forgedRequests(github, slack)];
  const isInstall = ({ label }: DemoRequest): boolean => label.startsWith('installation');
  return { ordinary: all.filter((request) => !isInstall(request)), installs: all.filter(isInstall) };
}

/** Waits until everything that was stored has been delivered and everything deferred answered, for half a minute at most. */
async function untilDelivered(
  fleet: FleetDescription,
  sinceMs: number,
  sent: readonly Sent[],
  responseUrls: ResponseUrlPool,
  report: (line: string) => void,
) {
  const tokens = sent.map(({ request }) => request.expected.deferred?.token).filter((token) => token !== undefined);
  const endsAt = Date.now() + WAIT_MS;
  for (;;) {
    const [records, totals] = [await readRecords(fleet, sinceMs), await readTotals(fleet)];
    await responseUrls.refresh();
    const missing =
      countUndelivered(sent, records) + tokens.filter((token) => responseUrls.of(token).length === 0).length;
    if ((missing === 0 && totals.waiting === 0) || Date.now() > endsAt) return { records, totals };
    report(`waiting for ${Math.max(missing, totals.waiting)} deliveries`);
    await delay(POLL_MS);
  }
}

function progress(total: number, report: (line: string) => void): (count: number) => void {
  let reported = 0;
  return (count) => {
    const percent = Math.floor((count * 100) / total);
    if (percent < reported + 10 && count < total) return;
    reported = percent;
    report(`answered ${count} of ${total} (${percent} %)`);
  };
}
