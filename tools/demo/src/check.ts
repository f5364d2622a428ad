import type { DemoRequest } from './demo-request';
import type { Records } from './records';
import type { Sent } from './send';
import { sha256Hex } from './signatures';
import type { PostedAnswer } from './slack-stand-in';

/** How a delivery ends at a region that has seen the same one before. */
const DUPLICATE = 'duplicate';

/** Everything that was seen of one run. */
export interface Seen {
  readonly sent: readonly Sent[];
  readonly records: Records;
  answersTo(token: string): readonly PostedAnswer[];
}

/** What is off, one sentence each; empty when all is as it must be. */
export function findFailures(seen: Seen): readonly string[] {
  const requests = [...new Set(seen.sent.map(({ request }) => request))];
  return [...seen.sent.flatMap(checkAnswer), ...requests.flatMap((request) => checkWhereabouts(request, seen))];
}

function checkAnswer({ request, status, answeredBy, answer }: Sent): string[] {
  const { statuses, answeredBy: by, answerIncludes } = request.expected;
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

function checkWhereabouts(request: DemoRequest, seen: Seen): string[] {
  const failures = [...checkStored(request, seen), ...checkRegions(request, seen), ...checkDeferred(request, seen)];
  return failures.map((failure) => describe(request, failure));
}

/** The gateway delivered it to each region that it was for, once per time it was sent, and to no other. */
function checkStored({ providerDeliveryId, expected, times }: DemoRequest, { records }: Seen): string[] {
  if (providerDeliveryId === undefined) return [];
  const delivered = records.gateway.filter((record) => record.providerDeliveryId === providerDeliveryId);
  const failed = delivered.filter(({ outcome }) => outcome !== 'delivered');
  const regions = delivered.map(({ region }) => region).sort();
  const wanted = expected.storedFor.flatMap((region) => Array.from({ length: times }, () => region)).sort();
  return [
    ...failed.map(({ region, outcome }) => `its delivery to ${region} ended as ${outcome}`),
    ...(regions.join() === wanted.join() ? [] : [`delivered to [${regions.join()}] instead of [${wanted.join()}]`]),
  ];
}

/** Each region that it was for has the same bytes, and did the work once; no other region has heard of it. */
function checkRegions({ providerDeliveryId, body, expected, times }: DemoRequest, { records }: Seen): string[] {
  const hash = sha256Hex(body);
  return [...records.regions].flatMap(([region, all]) => {
    const isWanted = expected.storedFor.includes(region) || expected.recordedBy.includes(region);
    const found = all.filter((record) =>
      providerDeliveryId === undefined ? record.bodySha256 === hash : record.providerDeliveryId === providerDeliveryId,
    );
    if (!isWanted)
      return found.length === 0 || expected.statuses.includes(501) ? [] : [`${region} received it and should not have`];
    const repeats = found.filter(({ outcome }) => outcome === DUPLICATE).length;
    return [
      ...(found.length === times ? [] : [`${region} received it ${found.length} times instead of ${times}`]),
      ...(repeats === times - 1 ? [] : [`${region} took ${repeats} of ${times} for repeats instead of ${times - 1}`]),
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

const describe = ({ kind, label }: DemoRequest, failure: string): string => `${kind}, ${label}: ${failure}`;

/** Stored deliveries that are still under way. */
export function countUndelivered(sent: readonly Sent[], records: Records): number {
  const wanted = sent.reduce((sum, { request }) => sum + request.expected.storedFor.length, 0);
  const ids = new Set(sent.map(({ request }) => request.providerDeliveryId));
  return (
    wanted -
    records.gateway.filter(({ providerDeliveryId }) => providerDeliveryId !== null && ids.has(providerDeliveryId))
      .length
  );
}
