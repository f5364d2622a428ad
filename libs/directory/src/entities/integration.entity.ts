import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { statusTransformer } from '../entry-status';
import type { EntryStatus } from '../entry-status';

/** How strictly an integration's requests are verified. Fits the parsers' `VerificationPolicy`. */
export type Verification = (typeof VERIFICATIONS)[number];

/** See {@link Verification}. */
export const VERIFICATIONS = ['require', 'prefer', 'off'] as const;

/** A provider account known to control. One can be shared by many organizations. */
@Entity('integration')
export class Integration {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;

  @Column('text')
  provider!: string;

  /** The provider's own id of the account: a GitHub installation, a Slack team. */
  @Column('text', { name: 'external_id' })
  externalId!: string;

  @Column('text')
  name!: string;

  /** Facts such as instance addresses. No place for secrets: it is shown to admins. */
  @Column('jsonb')
  metadata!: Record<string, unknown>;

  /** Sealed JSON of {@link IntegrationSecrets}; never read back over the API. */
  @Column('bytea', { name: 'sealed_secrets', nullable: true, select: false })
  sealedSecrets!: Buffer | null;

  @Column('integer', { name: 'secret_count' })
  secretCount!: number;

  @Column('boolean', { name: 'has_access_token' })
  hasAccessToken!: boolean;

  /** What the operator chose for the verification of requests; null for the provider's default. */
  @Column('text', { nullable: true })
  verification!: Verification | null;

  @Column('smallint', { transformer: statusTransformer })
  status!: EntryStatus;

  @Column({ type: 'timestamptz', name: 'date_added', insert: false, update: false })
  dateAdded!: Date;

  @Column({ type: 'timestamptz', name: 'date_updated', insert: false })
  dateUpdated!: Date;
}

/** What is sealed with an integration. */
export interface IntegrationSecrets {
  /** Current first. */
  readonly webhookSecrets: readonly string[];
  /** With which the provider's API is called: a Slack workspace's bot token. */
  readonly accessToken?: string;
}
