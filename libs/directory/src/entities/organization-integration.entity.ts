import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { statusTransformer } from '../entry-status';
import type { EntryStatus } from '../entry-status';

/** An installation: an integration bound to one organization. */
@Entity('organization_integration')
export class OrganizationIntegration {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;

  /** No foreign key: organizations live in regions. */
  @Column('bigint', { name: 'organization_id' })
  organizationId!: string;

  @Column('bigint', { name: 'integration_id' })
  integrationId!: string;

  @Column('jsonb')
  config!: Record<string, unknown>;

  @Column('bigint', { name: 'default_auth_id', nullable: true })
  defaultAuthId!: string | null;

  @Column('smallint', { transformer: statusTransformer })
  status!: EntryStatus;

  @Column({ type: 'timestamptz', name: 'grace_period_end', nullable: true })
  gracePeriodEnd!: Date | null;

  @Column({ type: 'timestamptz', name: 'date_added', insert: false, update: false })
  dateAdded!: Date;

  @Column({ type: 'timestamptz', name: 'date_updated', insert: false })
  dateUpdated!: Date;
}
