import type { Deadline } from '@switchyard/primitives';
import type { InboundRequest, Parser } from '@switchyard/parsers';

/** A request on its way through the gateway. */
export interface EdgeRequest {
  readonly id: string;
  /** Provider key. */
  readonly provider: string;
  readonly parser: Parser;
  readonly inbound: InboundRequest;
  /** Path with query, as it came. */
  readonly pathAndQuery: string;
  /** When the provider gives up, less a margin. */
  readonly deadline: Deadline;
}
