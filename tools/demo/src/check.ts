import type { DemoRequest } from './demo-request';
import type { MailboxTotals, Records } from './records';
import { NO_ANSWER } from './send';
import type { Sent } from './send';
import { sha256Hex } from './signatures';
import type { PostedAnswer } from './slack/slack-control';

/** How a delivery ends at a region that has seen the same one before. */

/** Everything that was seen of one run. */
export interface Seen {
  readonly sent: readonly Sent[];
  readonly records: Records;
  /** Everything that came to the stand-in of Slack. */
  readonly posted: readonly PostedAnswer[];
  answersTo(token: string): readonly PostedAnswer[];
  /** The mailboxes before the first request and after the last delivery. */
  readonly totals: { readonly before: MailboxTotals; readonly after: MailboxTotals };
}

/** One thing that must be so, and where it is not, one sentence each. */
export interface Check {
  readonly name: string;
  readonly failures: readonly string[];
}

/** Judges a run; in both directions: what must happen did, what must not did not. */
export function runChecks(seen: Seen): readonly Check[] {
  const requests = [...new Set(seen.sent.map(({ request }) => request))];
  const ofEach = (check: (request: DemoRequest, seen: Seen) => readonly string[]): string[] =>
    requests.flatMap((request) => check(request, seen).map((failure) => describe(request, failure)));
  return [
    { name: 'every request was answered as it must be', failures: seen.sent.flatMap(checkAnswer) },
    { name: 'what is to be stored was delivered to its regions, and nothing else', failures: ofEach(checkStored) },
    {
      name: 'regions hold the bytes that were sent (SHA-256), once, and nothing else',
      failures: [...seen.records.unreadable, ...ofEach(checkRegions)],
    },
    { name: 'deferred answers came, and no others', failures: [...ofEach(checkDeferred), ...findSurplus(seen)] },
    { name: 'the mailboxes are empty, and nothing ended undelivered', failures: checkMailboxes(seen.totals) },
  ];
}

function checkAnswer({ request, status, answeredBy, answer }: Sent): string[] {
  const { statuses, answeredBy: by, answerIncludes } = request.expected;
  if (status === NO_ANSWER) return [describe(request, `was not answered: ${answer}`)];
  const failures: string[] = [];
  if (!statuses.includes(status))
    failures.push(`answered ${status} instead of ${statuses.join(' or ')}: ${answer.slice(0, 200)}`);
  if (!(by as readonly string[]).includes(answeredBy)) {
    failures.push(`answered by ${answeredBy || 'nobody known'} instead of ${by.join(' or ')}`);
  }
  if (answerIncludes !== undefined && !answer.includes(answerIncludes)) {
    failures.push(`the answer does not hold «${answerIncludes}»: ${answer.slice(0, 200)}`);
  }
  return failures.map((failure) => describe(request, failure));
}

/** The gateway delivered it to each region that it was for, once however often it was sent, and to no other. */
function checkStored({ providerDeliveryId, expected }: DemoRequest, { records }: Seen): string[] {
  if (providerDeliveryId === undefined) return [];
  const delivered = records.gateway.filter((record) => record.providerDeliveryId === providerDeliveryId);
  const failed = delivered.filter(({ outcome }) => outcome !== 'delivered');
  const regions = delivered.map(({ region }) => region).sort();
  const wanted = [...expected.storedFor].sort();
  return [
    ...failed.map(({ region, outcome }) => `its delivery to ${region} ended as ${outcome}`),
    ...(regions.join() === wanted.join() ? [] : [`delivered to [${regions.join()}] instead of [${wanted.join()}]`]),
  ];
}

/** Each region that it was for has the same bytes, and did the work once; no other region has heard of it. */
function checkRegions({ providerDeliveryId, body, expected }: DemoRequest, { records }: Seen): string[] {
  const hash = sha256Hex(body);
  return [...records.regions].flatMap(([region, all]) => {
    const isWanted = expected.storedFor.includes(region) || expected.recordedBy.includes(region);
    const found = all.filter((record) =>
      providerDeliveryId === undefined ? record.bodySha256 === hash : record.providerDeliveryId === providerDeliveryId,
    );
    if (!isWanted) return found.length === 0 ? [] : [`${region} received it and should not have`];
    return [
      ...(found.length === 1 ? [] : [`${region} received it ${found.length} times instead of once`]),
      ...(found.every(({ bodySha256 }) => bodySha256 === hash)
        ? []
        : [`${region} received other bytes than were sent`]),
    ];
  });
}

function checkDeferred({ expected }: DemoRequest, { answersTo }: Seen): string[] {
  if (expected.deferred === undefined) return [];
  const { token, includes } = expected.deferred;
  const [first, ...more] = answersTo(token);
  if (first === undefined) return ['nothing was posted to its response URL'];
  if (more.length > 0) return [`${more.length + 1} answers were posted to its response URL instead of one`];
  return first.body.includes(includes)
    ? []
    : [`what was posted does not hold «${includes}»: ${first.body.slice(0, 200)}`];
}

/** Messages to addresses that nobody was to be told anything at, such as that of an unknown workspace. */
function findSurplus({ sent, posted }: Seen): string[] {
  const tokens = sent.flatMap(({ request }) => request.expected.deferred?.token ?? []);
  return posted
    .filter(({ path }) => !tokens.some((token) => path.endsWith(`/${token}`)))
    .map(({ path, body }) => `nobody was to be told anything at ${path}: ${body.slice(0, 200)}`);
}

function checkMailboxes({ before, after }: Seen['totals']): string[] {
  const died = after.dead - before.dead;
  const { mailbox = 'none', dueAt = null } = after.longestWaiting ?? {};
  const next = dueAt === null ? '' : `; ${mailbox} failed before and is tried again at ${dueAt}`;
  return [
    ...(after.waiting === 0 ? [] : [`${after.waiting} stored webhooks still wait${next}`]),
    ...(died <= 0 ? [] : [`${died} stored webhooks ended without having been delivered`]),
  ];
}

const describe = ({ kind, label }: DemoRequest, failure: string): string => `${kind}, ${label}: ${failure}`;

/** Deliveries that are still under way: stored ones, and those to regions that are asked after the answer. */
export function countUndelivered(sent: readonly Sent[], records: Records): number {
  // What was sent twice is stored once.
  const requests = new Set(sent.map(({ request }) => request));
  const wanted = [...requests].reduce((sum, { expected }) => sum + expected.storedFor.length, 0);
  const ids = new Set(sent.map(({ request }) => request.providerDeliveryId));
  const finished = records.gateway.filter(({ providerDeliveryId: id }) => id !== null && ids.has(id)).length;
  return Math.max(0, wanted - finished) + countUnrecorded(sent, records);
}

function countUnrecorded(sent: readonly Sent[], { regions }: Records): number {
  return sent
    .filter(({ request }) => request.expected.recordedBy.length > 0)
    .reduce((sum, { request: { body, expected } }) => {
      const hash = sha256Hex(body);
      const has = (region: string): boolean =>
        regions.get(region)?.some(({ bodySha256 }) => bodySha256 === hash) === true;
      return sum + expected.recordedBy.filter((region) => !has(region)).length;
    }, 0);
}
