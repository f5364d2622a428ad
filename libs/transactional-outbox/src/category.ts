/** Kinds of shard (spec: gateway.md §6.4); the numbers are stored. */
export const OUTBOX_SCOPES = {
  organization: 0,
  user: 1,
  webhook: 2,
  auditLog: 3,
  userIp: 4,
  integration: 5,
  app: 6,
  team: 7,
  provision: 8,
  subscription: 9,
} as const;

export type OutboxScope = keyof typeof OUTBOX_SCOPES;

/**
 * Kinds of change, each of exactly one scope; the numbers are stored and never used again for another one.
 *
 * Those below 100 are the numbers of gateway.md §6.4, of which we keep what belongs to integrations; ours begin at 1000.
 */
export const OUTBOX_CATEGORIES = {
  organizationUpdate: { number: 2, scope: 'organization' },
  organizationIntegrationUpdate: { number: 12, scope: 'organization' },
  auditLogEvent: { number: 5, scope: 'auditLog' },
  integrationUpdate: { number: 7, scope: 'integration' },
  appInstallationUpdate: { number: 10, scope: 'app' },
  appUpdate: { number: 30, scope: 'app' },
  provisionOrganization: { number: 17, scope: 'provision' },
  appWebhookEvent: { number: 1000, scope: 'organization' },
  ownerMail: { number: 1001, scope: 'app' },
  issueActivity: { number: 1002, scope: 'organization' },
} as const satisfies Readonly<Record<string, { readonly number: number; readonly scope: OutboxScope }>>;

export type OutboxCategory = keyof typeof OUTBOX_CATEGORIES;

const NAMES = new Map<number, OutboxCategory>(
  (Object.keys(OUTBOX_CATEGORIES) as OutboxCategory[]).map((name) => [OUTBOX_CATEGORIES[name].number, name]),
);

/** The category of a stored number; `undefined` for one that a newer or older release wrote. */
export function categoryOfNumber(number: number): OutboxCategory | undefined {
  return NAMES.get(number);
}
