import type { HttpResult } from '@switchyard/http-client';
import { counter, CounterTally, gauge, histogram } from '@switchyard/telemetry';
import type { GatewayVerdict } from './gateway-signature';

const regionRequests = new CounterTally({
  name: 'switchyard_region_requests_total',
  help: 'Requests to regions, by how they ended: class of the status, or why there was no response.',
  labels: ['region', 'outcome'],
});

const guardVerdicts = counter({
  name: 'switchyard_region_guard_total',
  help: 'Requests at the region guard: `ok`, `ok_old_key` (signed with a key that is being replaced), or why refused.',
  labels: ['outcome'],
});

export const circuitState = gauge({
  name: 'switchyard_region_circuit_state',
  help: "A region's circuit as this process sees it: 0 closed, 1 half open (a probe is out), 2 open (nothing is sent).",
  labels: ['region'],
});

export const circuitChanges = counter({
  name: 'switchyard_region_circuit_changes_total',
  help: "Changes of regions' circuits, by what they became.",
  labels: ['region', 'to'],
});

export const batchItems = histogram({
  name: 'switchyard_region_batch_items',
  help: 'Webhooks that a region handled per batch.',
  labels: [],
  buckets: [1, 2, 5, 10, 25, 50, 100, 300],
});

const STATUS_CLASSES = ['0xx', '1xx', '2xx', '3xx', '4xx', '5xx'];

/** Counts one exchange with a region; `region` is a configured name. */
export function countRegionRequest(region: string, result: HttpResult): void {
  const outcome =
    result.kind === 'response' ? (STATUS_CLASSES[Math.floor(result.status / 100)] ?? 'other') : result.failure;
  regionRequests.of(region, outcome).inc();
}

/** Counts one verdict of the region guard. */
export function countGuardVerdict(verdict: GatewayVerdict): void {
  const outcome = verdict.kind === 'refused' ? verdict.reason : verdict.keyIndex === 0 ? 'ok' : 'ok_old_key';
  guardVerdicts.inc({ outcome });
}
