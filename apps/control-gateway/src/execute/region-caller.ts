import { Injectable } from '@nestjs/common';
import { RegionClient, RegionResolutionError, sha256Hex } from '@switchyard/silo';
import type { RegionResult } from '@switchyard/silo';
import { withSpan } from '@switchyard/telemetry';
import type { EdgeRequest } from '../edge/edge-request';

/** What a decision says about how regions are asked. */
export interface RegionCall {
  readonly integrationId?: string;
  readonly isVerified: boolean;
}

/** What each region answered, in the order of the regions asked. */
export type RegionResults = ReadonlyMap<string, RegionResult>;

const ASK = { kind: 'client' } as const;

/** Asks regions on behalf of an edge request. */
@Injectable()
export class RegionCaller {
  constructor(private readonly regions: RegionClient) {}

  /** Asks one region; a region that is not configured counts as one that cannot be reached. */
  ask(
    request: EdgeRequest,
    region: string,
    call: RegionCall,
    timeoutMs: number,
    bodySha256Hex?: string,
  ): Promise<RegionResult> {
    return withSpan('region.ask', ASK, async (span) => {
      const result = await this.send(request, region, call, timeoutMs, bodySha256Hex);
      if (span.isRecording) span.set({ 'switchyard.region': region, ...outcomeOf(result) });
      if (result.kind === 'failure') span.fail(result.failure);
      return result;
    });
  }

  private async send(
    request: EdgeRequest,
    region: string,
    call: RegionCall,
    timeoutMs: number,
    bodySha256Hex?: string,
  ): Promise<RegionResult> {
    const { inbound } = request;
    try {
      return await this.regions.send(region, {
        method: inbound.method,
        pathAndQuery: request.pathAndQuery,
        headers: inbound.rawHeaders,
        body: inbound.body,
        bodySha256Hex,
        integrationId: call.integrationId,
        isVerified: call.isVerified,
        deliveryId: request.id,
        timeoutMs,
      });
    } catch (error) {
      if (error instanceof RegionResolutionError) {
        return { kind: 'failure', region, failure: 'connect', detail: 'the region is not configured' };
      }
      throw error;
    }
  }

  /** Asks all regions at once; one that fails or hangs takes nothing from the others. */
  async askAll(
    request: EdgeRequest,
    regions: readonly string[],
    call: RegionCall,
    timeoutMs: number,
  ): Promise<RegionResults> {
    const hash = sha256Hex(request.inbound.body);
    const results = await Promise.all(regions.map((region) => this.ask(request, region, call, timeoutMs, hash)));
    return new Map(regions.map((region, index) => [region, results[index] as RegionResult]));
  }
}

function outcomeOf(result: RegionResult): Record<string, string | number> {
  return result.kind === 'response'
    ? { 'http.response.status_code': result.status }
    : { 'switchyard.failure': result.failure };
}
