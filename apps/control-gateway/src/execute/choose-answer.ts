import type { AnswerPrecedence, DeferredDecision } from '@switchyard/parsers';
import type { RegionResult } from '@switchyard/silo';
import type { RegionResults } from './region-caller';

type Response = Extract<RegionResult, { kind: 'response' }>;

/** Statuses with which a region says that the request is about nothing that it holds. */
const NOT_MINE = new Set([403, 404]);

/**
 * The one answer of several: a 2xx before anything else, then an answer that is not "not mine", then the regions' order
 * (spec: gateway.md §3.8 [P], slack.md §7.6). `undefined` when no region answered.
 */
export function chooseAnswer(results: RegionResults): Response | undefined {
  const responses = [...results.values()].filter((result): result is Response => result.kind === 'response');
  return (
    responses.find(({ status }) => status >= 200 && status < 300) ??
    responses.find(({ status }) => !NOT_MINE.has(status)) ??
    responses[0]
  );
}

/** What to post to the callback of a deferred request (spec: slack.md §7.6). */
export type DeferredOutcome =
  | { readonly kind: 'post'; readonly message: Readonly<Record<string, unknown>>; readonly isAmbiguous: boolean }
  /** A region did the work and told the user by itself. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'not_mine' }
  | { readonly kind: 'failed' };

/**
 * Reads the regions' answers to a deferred request: the first 2xx with content in the order of the regions.
 *
 * `answerMember`: the part of an answer that is meant for the user (Discord: `data`); the whole answer when absent.
 */
export function chooseDeferred(
  results: RegionResults,
  { answerMember: member, precedence }: Pick<DeferredDecision, 'answerMember' | 'precedence'> = {},
): DeferredOutcome {
  const all = [...results.values()];
  const successes = all.filter((result): result is Response => {
    return result.kind === 'response' && result.status >= 200 && result.status < 300;
  });
  if (successes.length > 0) {
    const messages = successes.map(({ body }) => messageOf(body, member)).filter((message) => message !== undefined);
    const message = precedence === undefined ? messages[0] : mostTelling(messages, precedence);
    return message === undefined ? { kind: 'nothing' } : { kind: 'post', message, isAmbiguous: messages.length > 1 };
  }
  const isNotMine = all.every((result) => result.kind === 'response' && NOT_MINE.has(result.status));
  return { kind: isNotMine ? 'not_mine' : 'failed' };
}

type Message = Readonly<Record<string, unknown>>;

/** The answer with the word that comes first; offers of several regions are one message, line by line (slack.md §7.6). */
function mostTelling(messages: readonly Message[], { member, words }: AnswerPrecedence): Message | undefined {
  const rankOf = (message: Message): number => {
    const rank = words.indexOf(String(message[member]));
    return rank < 0 ? words.length : rank;
  };
  const best = Math.min(...messages.map(rankOf));
  const [first, ...others] = messages.filter((message) => rankOf(message) === best);
  if (first === undefined) return undefined;
  const { [member]: _word, ...shown } = first;
  const texts = [first, ...others].map(({ text }) => text).filter((text) => typeof text === 'string');
  return best === 0 && texts.length > 1 ? { ...shown, text: texts.join('\n') } : shown;
}

/** Whether an answer has a list in a member, and something in the list. */
export function hasList(result: RegionResult, member: string): boolean {
  if (result.kind !== 'response' || result.status !== 200) return false;
  const list = messageOf(result.body, undefined)?.[member];
  return Array.isArray(list) && list.length > 0;
}

function messageOf(body: Buffer, member: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (body.length === 0) return undefined;
  try {
    const whole: unknown = JSON.parse(body.toString('utf8'));
    const value: unknown = member === undefined ? whole : (whole as Record<string, unknown> | null)?.[member];
    const isMessage =
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    return isMessage ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
