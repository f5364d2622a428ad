/** What owners are to be told; travels through the transactional outbox. */
export interface OwnerNotice {
  readonly kind: 'disabled' | 'enabled' | 'warning';
  readonly appId: string;
  readonly evidence: string;
  /** Of the way to being disabled; of warnings. */
  readonly percent?: number;
}
