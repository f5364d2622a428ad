import { mailboxOf } from '@switchyard/parsers';
import type { Parser, RoutingDecision, SignatureVerdict } from '@switchyard/parsers';
import type { AddressedRequest, Decided, Unaddressed } from '../edge/request-router';
import { factsOf } from '../rejections/rejected-request';

/** One step of the way to a decision. */
export interface ExplanationStep {
  readonly step: 'address' | 'provider' | 'verification' | 'lookup' | 'decision' | 'effect';
  /** In words. */
  readonly says: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Where a request would go, and why. */
export interface Explanation {
  /** `none` when no parser would see it. */
  readonly decision: RoutingDecision['kind'] | 'none';
  readonly reason: string;
  readonly because: string;
  readonly steps: readonly ExplanationStep[];
}

/** Explains a request that no parser would see. */
export function explainUnaddressed({ classification, status, reason, detail }: Unaddressed): Explanation {
  const kind = classification?.kind ?? 'none';
  return {
    decision: 'none',
    reason,
    because: detail,
    steps: [
      { step: 'address', says: detail, facts: { classification: kind } },
      { step: 'effect', says: `the sender gets ${status}; nothing is stored or sent`, facts: { status } },
    ],
  };
}

/** Explains a decision step by step. */
export function explainDecision({ classification, parser, inbound }: AddressedRequest, decided: Decided): Explanation {
  const { decision, lookups } = decided;
  const { kind, reason, because } = decision;
  return {
    decision: kind,
    reason,
    because,
    steps: [
      {
        step: 'address',
        says: `the path is a webhook address (${classification.kind})`,
        facts: { path: inbound.path },
      },
      {
        step: 'provider',
        says: `the parser of ${parser.provider} takes it as view ${inbound.view}`,
        facts: { provider: parser.provider, view: inbound.view, limitBytes: parser.maxBodyBytes },
      },
      explainVerification(decision.verification, 'isVerified' in decision && decision.isVerified),
      ...lookups.map((lookup): ExplanationStep => {
        const facts = factsOf(lookup);
        const says = `${facts.lookup} ${facts.id} of ${facts.provider}: ${facts.isFound ? 'found' : 'not found, or not active'}`;
        return { step: 'lookup', says, facts: { ...facts } };
      }),
      { step: 'decision', says: because, facts: { kind, reason } },
      effectOf(parser, decision),
    ],
  };
}

function explainVerification(verdict: SignatureVerdict | undefined, isVerified: boolean): ExplanationStep {
  if (verdict === undefined) {
    return { step: 'verification', says: 'the sender was not verified: nothing asked for it', facts: { isVerified } };
  }
  if (verdict.kind === 'ok') {
    const which = verdict.keyIndex === 0 ? 'the current secret' : `secret number ${verdict.keyIndex + 1}, an older one`;
    return { step: 'verification', says: `the signature was made with ${which}`, facts: { result: 'ok', isVerified } };
  }
  const says = isVerified ? 'the sender is verified' : `the signature was not accepted: ${verdict.reason}`;
  return { step: 'verification', says, facts: { result: verdict.reason, isVerified } };
}

/** What would be done. */
function effectOf(parser: Parser, decision: RoutingDecision): ExplanationStep {
  switch (decision.kind) {
    case 'reply':
      return effect(`the gateway answers ${decision.status} by itself; nothing is stored or sent`, {
        status: decision.status,
      });
    case 'control':
      return effect(`control answers by its view ${decision.view}`, { view: decision.view });
    case 'region':
      return effect(`the region ${decision.region} is asked and its answer passed on`, { regions: [decision.region] });
    case 'first-region':
      return effect(`the first region, ${decision.regions[0]}, is asked and its answer passed on`, {
        regions: decision.regions.slice(0, 1),
      });
    case 'all-regions':
      return effect('all regions are asked at once; a 2xx is passed on before anything else', {
        regions: decision.regions,
      });
    case 'deferred':
      return effect(
        `the sender gets ${decision.ackStatus} at once; the regions' answer is posted to ${hostOf(decision.callbackUrl)}`,
        { status: decision.ackStatus, regions: decision.regions },
      );
    case 'mailbox':
      return effect(`one row per region is stored, then the sender gets ${decision.ackStatus}`, {
        status: decision.ackStatus,
        eventType: decision.eventType,
        providerDeliveryId: decision.providerDeliveryId,
        mailboxes: decision.regions.map((region) => mailboxOf(parser, decision, region)),
      });
  }
}

const effect = (says: string, facts: Readonly<Record<string, unknown>>): ExplanationStep => ({
  step: 'effect',
  says,
  facts,
});

/** The rest of a callback URL is a secret. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that cannot be read';
}
