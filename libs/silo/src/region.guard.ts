import type { Clock } from '@switchyard/primitives';
import { verifyGatewaySignature } from './gateway-signature';
import type { GatewayVerdict } from './gateway-signature';
import { countGuardVerdict } from './region-metrics';
import { ReplayWindow } from './replay-window';
import type { SigningKeys } from './signing-keys';

/** What {@link RegionGuard} is made of. */
export interface RegionGuardDependencies {
  /** Name of this region. */
  readonly region: string;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly replays?: ReplayWindow;
}

/** The parts of a request that the guard reads; a Fastify request with a raw body has them all. */
export interface GuardedRequest {
  readonly method: string;
  /** Path and query as on the wire: use `request.raw.url`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The exact bytes, empty for none. */
  readonly body: Buffer;
}

/**
 * Lets only the gateway's requests into a region.
 *
 * On a refusal answer 401 and nothing else: the reason is for the operator, not for the caller.
 */
export class RegionGuard {
  private readonly replays: ReplayWindow;

  constructor(private readonly deps: RegionGuardDependencies) {
    this.replays = deps.replays ?? new ReplayWindow();
  }

  /** Checks one request and counts the verdict. Every request may be checked once: the second time it is a replay. */
  guardRequest({ method, url, headers, body }: GuardedRequest): GatewayVerdict {
    const { region, keys, clock } = this.deps;
    const verdict = verifyGatewaySignature(
      { method, pathAndQuery: url, headers, body },
      { region, keys, nowMs: clock.now(), replays: this.replays },
    );
    countGuardVerdict(verdict);
    return verdict;
  }
}
