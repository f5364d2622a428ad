import { Inject, Injectable } from '@nestjs/common';
import { DirectoryCache } from '@switchyard/directory';
import { classify, findParserOf, InboundRequest, resolveRoute } from '@switchyard/parsers';
import type { Classification, Parser, ParserContext, RoutingDecision } from '@switchyard/parsers';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { LookupRecorder } from './lookup-recorder';
import type { Lookup } from './lookup-recorder';
import { checkHeaders, checkPath } from './request-check';

/** DI token of the {@link ProviderFacts}. */
export const PROVIDER_FACTS = Symbol('PROVIDER_FACTS');

/** What parsers know of the product's apps at providers. */
export type ProviderFacts = Pick<ParserContext, 'secrets' | 'keys'>;

/** A request as the socket gave it. */
export interface RawRequest {
  readonly method: string;
  /** Path with query, as it came. */
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Who sent it, behind trusted proxies only. */
  readonly senderAddress?: string;
}

/** A request whose provider is known, ready to be decided. */
export interface AddressedRequest {
  readonly kind: 'addressed';
  readonly classification: Classification;
  readonly parser: Parser;
  readonly inbound: InboundRequest;
}

/** A request that no parser gets to see. */
export interface Unaddressed {
  readonly kind: 'unaddressed';
  readonly classification: Classification | undefined;
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
}

/** A decision and the facts behind it. */
export interface Decided {
  readonly decision: RoutingDecision;
  readonly lookups: readonly Lookup[];
}

/**
 * Finds a request's parser and lets it decide. The edge carries the decision out, explain only shows it: both ask here, so what
 * is explained is what would be done.
 */
@Injectable()
export class RequestRouter {
  constructor(
    private readonly directory: DirectoryCache,
    @Inject(PROVIDER_FACTS) private readonly facts: ProviderFacts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Finds out for which provider and view a request is. */
  address(raw: RawRequest): AddressedRequest | Unaddressed {
    const queryAt = raw.url.indexOf('?');
    const path = queryAt < 0 ? raw.url : raw.url.slice(0, queryAt);
    const fault = checkPath(path) ?? checkHeaders(raw.rawHeaders);
    if (fault !== undefined) return { kind: 'unaddressed', classification: undefined, status: 400, ...fault };

    const classification = classify(path);
    const parser = findParserOf(classification);
    if (parser === undefined) {
      const [reason, detail] = ['unknown_provider', 'no provider has this address'];
      return { kind: 'unaddressed', classification, status: 404, reason, detail };
    }
    const { view, params } = resolveRoute(parser, path);
    const { method, rawHeaders, body, senderAddress } = raw;
    const query = raw.url.slice(path.length + 1);
    const inbound = new InboundRequest({ method, path, query, senderAddress, rawHeaders, body, view, params });
    return { kind: 'addressed', classification, parser, inbound };
  }

  /** Asks the parser. `nowMs` is when the request is judged; now when absent. */
  async decide({ parser, inbound }: AddressedRequest, nowMs = this.clock.now()): Promise<Decided> {
    const directory = new LookupRecorder(this.directory);
    const decision = await parser.decide(inbound, { directory, ...this.facts, nowMs });
    return { decision, lookups: directory.lookups };
  }
}
