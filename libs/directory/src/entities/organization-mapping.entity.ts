import { Column, Entity, PrimaryColumn } from 'typeorm';
import { statusTransformer } from '../entry-status';
import type { EntryStatus } from '../entry-status';

/** Which region an organization lives in. The only authority for it. */
@Entity('organization_mapping')
export class OrganizationMapping {
  @PrimaryColumn('bigint', { name: 'organization_id' })
  organizationId!: string;

  @Column('text')
  slug!: string;

  @Column('text')
  name!: string;

  @Column('text', { name: 'region_name' })
  region!: string;

  @Column('smallint', { transformer: statusTransformer })
  status!: EntryStatus;

  @Column('text', { name: 'customer_id', nullable: true })
  customerId!: string | null;

  @Column('boolean', { name: 'is_verified' })
  isVerified!: boolean;

  /** The region's own key of the change that it replicated; makes a repeat recognizable. */
  @Column('text', { name: 'idempotency_key' })
  idempotencyKey!: string;

  @Column({ type: 'timestamptz', name: 'date_created', insert: false, update: false })
  dateCreated!: Date;
}
