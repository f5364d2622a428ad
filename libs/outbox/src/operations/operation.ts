import type { Selection } from './selection';

/**
 * What a bulk action does.
 *
 * - `replay`: dead letters become stored webhooks again, at the end of their mailbox, with fresh attempts.
 * - `replay_delivered`: what was delivered, and whose payload is kept, is stored once more.
 * - `discard_dead`: dead letters are removed; their record stays.
 * - `discard_waiting`: stored webhooks are not delivered any more; they leave a record and no dead letter.
 */
export const OPERATION_KINDS = ['replay', 'replay_delivered', 'discard_dead', 'discard_waiting'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** A bulk action and how far it is. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly selection: Selection;
  readonly state: 'planned' | 'running' | 'done' | 'cancelled';
  /** Where replayed webhooks go instead of their own region. */
  readonly targetRegion: string | null;
  readonly total: number;
  readonly done: number;
  readonly actor: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** What a plan shows before anything is done. */
export interface OperationPlan extends Operation {
  /** A few of what was selected. */
  readonly sample: readonly SelectedWebhook[];
}

/** A stored webhook or dead letter without its payload. */
export interface SelectedWebhook {
  readonly id: string;
  readonly mailbox: string;
  readonly region: string;
  readonly provider: string;
  readonly integrationId: string | null;
  readonly providerDeliveryId: string | null;
  readonly eventType: string | null;
  readonly attempts: number;
  readonly receivedAt: Date;
  /** Of dead letters. */
  readonly reason?: string;
  readonly status?: number | null;
}
