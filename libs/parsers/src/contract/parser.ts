import type { InboundRequest } from './inbound-request';
import type { RoutingDecision } from './routing-decision';

/** An active integration, as much of it as a decision needs. */
export interface IntegrationView {
  readonly id: string;
  /** Ids of the organizations with an active installation. */
  readonly organizationIds: readonly string[];
  /** Regions of those organizations that have a mapping to a configured region: sorted by name, without repeats. */
  readonly regions: readonly string[];
  /** The webhook secrets of this integration, current first; empty when it has none of its own. */
  readonly webhookSecrets: readonly string[];
}

/** The directory as parsers need it; `libs/directory` fits it. Only active rows are seen. */
export interface DirectoryView {
  /** Looks up by exact provider and external id; `undefined` when there is none that is active. */
  findIntegration(provider: string, externalId: string): Promise<IntegrationView | undefined>;
}

/** Secrets that belong to the product's own app at a provider, current first; empty when not configured. */
export interface ProviderSecrets {
  readonly slackSigningSecrets: readonly string[];
  /** Deprecated by Slack; used only when there is no signing secret. */
  readonly slackVerificationToken: string | undefined;
  readonly githubWebhookSecrets: readonly string[];
}

/** What a parser may use besides the request. */
export interface ParserContext {
  readonly directory: DirectoryView;
  readonly secrets: ProviderSecrets;
  /** Milliseconds since the Unix epoch at which the request is judged. */
  readonly nowMs: number;
}

/** What a parser tells the gateway about its provider. */
export interface Parser {
  /** Provider key, with underscores: `github_enterprise`. */
  readonly provider: string;
  /**
   * Path below `/extensions/<slug>/` to view name. A segment in angle brackets matches one segment that is not empty:
   * `installation/<id>/`.
   */
  readonly routes: Readonly<Record<string, string>>;
  /** The largest body that the provider sends, in bytes; more is answered 413. */
  readonly maxBodyBytes: number;
  /** How long the provider waits for an answer, less a margin: what the gateway may spend on regions, in milliseconds. */
  readonly answerBudgetMs?: number;
  /** The provider's known event types: the only ones that may name a mailbox. */
  readonly eventTypes?: ReadonlySet<string>;
  /**
   * Into how many mailboxes a subject's bucket keys are spread; 10 when absent. Never change it for a provider that needs
   * strict order: one key's backlog would be delivered beside its new arrivals.
   */
  readonly bucketCount?: number;
  /** Decides where one request goes. Does nothing else, and throws only on a bug. */
  decide(request: InboundRequest, context: ParserContext): Promise<RoutingDecision>;
}

/** Declares a parser; keeps the literal type of its provider key. */
export function defineParser<const Key extends string>(
  parser: Parser & { readonly provider: Key },
): Parser & {
  readonly provider: Key;
} {
  return parser;
}
