import { counter } from '@switchyard/telemetry';

export const keyFetches = counter({
  name: 'switchyard_provider_key_fetches_total',
  help: 'Published keys fetched from providers, by issuer and result: ok, unknown (no such key), unavailable.',
  labels: ['issuer', 'result'],
});
