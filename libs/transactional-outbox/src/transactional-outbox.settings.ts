import { boolean, custom, defineSettings, integer } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** DI token of the {@link TransactionalOutboxSettings}. */
export const TRANSACTIONAL_OUTBOX_SETTINGS = Symbol('TRANSACTIONAL_OUTBOX_SETTINGS');

/** How changes are carried to other silos. */
export const transactionalOutboxSettings = defineSettings('Transactional outbox', {
  isDrainEnabled: boolean({
    env: 'SWITCHYARD_OUTBOX_DRAIN_ENABLED',
    default: 'true',
    description: 'Whether this process drains the outbox; all processes write to it.',
  }),
  sweepIntervalMs: integer({
    env: 'SWITCHYARD_OUTBOX_SWEEP_INTERVAL_MS',
    default: '10000',
    min: 50,
    max: 600_000,
    description: 'How often due shards are looked for that no hint announced.',
  }),
  shardsMax: integer({
    env: 'SWITCHYARD_OUTBOX_SHARDS_MAX',
    default: '5',
    min: 1,
    max: 100,
    description: 'Shards that this process drains at once.',
  }),
  claimMs: integer({
    env: 'SWITCHYARD_OUTBOX_CLAIM_MS',
    default: '30000',
    min: 500,
    max: 600_000,
    description: 'How long a claim on a shard lasts without renewal. Must exceed SWITCHYARD_OUTBOX_HANDLER_TIMEOUT_MS.',
  }),
  handlerTimeoutMs: integer({
    env: 'SWITCHYARD_OUTBOX_HANDLER_TIMEOUT_MS',
    default: '10000',
    min: 100,
    max: 300_000,
    description: 'Time limit for carrying one change.',
  }),
  disabledShards: custom({
    env: 'SWITCHYARD_OUTBOX_DISABLED_SHARDS',
    default: '',
    accepted: 'scope:identifier, separated by commas',
    example: 'organization:42',
    description: 'Shards that are not drained for now; their newest changes are kept.',
    parse: (text) => new Set(text.split(',').filter((name) => name !== '')) as ReadonlySet<string>,
  }),
});

export type TransactionalOutboxSettings = SettingsOf<typeof transactionalOutboxSettings>;
