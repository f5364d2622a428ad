import type { KeyObject } from 'node:crypto';
import type { InboundRequest } from './inbound-request';
import type { RoutingDecision } from './routing-decision';
import type { VerificationPolicy } from './verification';

/** An organization with an active installation and an active mapping. */
export interface OrganizationView {
  readonly id: string;
  readonly slug: string;
  /** The region it lives in; `undefined` when the directory names one that is not configured. */
  readonly region: string | undefined;
}

/** An active integration, as much of it as a decision needs. */
export interface IntegrationView {
  readonly id: string;
  readonly externalId: string;
  /** Facts that the provider told at the installation, for example `baseUrl`. Never secrets. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What the operator chose for this integration; `undefined` for the provider's default. */
  readonly verification: VerificationPolicy | undefined;
  /** Those of {@link organizationIds} that are mapped, sorted by id. */
  readonly organizations: readonly OrganizationView[];
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
  /** Looks up by our own id, which cards carry; never an integration of another provider. */
  findIntegrationById(provider: string, id: string): Promise<IntegrationView | undefined>;
  /** An actively mapped organization with its active integrations of one provider, sorted by id. */
  findOrganization(provider: string, organizationId: string): Promise<OrganizationInstallations | undefined>;
}

/** What one organization has of one provider. */
export interface OrganizationInstallations extends OrganizationView {
  readonly integrations: readonly IntegrationView[];
}

/** Whose published keys sign tokens. */
export type KeyIssuer = 'atlassian-connect' | 'bot-framework';

/** Public keys that others publish; the gateway fetches and remembers them. */
export interface PublicKeys {
  /**
   * The key of an id; `undefined` when its issuer has none.
   *
   * @throws SwitchyardError when the issuer cannot be reached: the request is then to be sent again (503)
   */
  find(issuer: KeyIssuer, keyId: string): Promise<KeyObject | undefined>;
}

/** Secrets and public identifiers of the product's own apps at providers; lists have the current one first, empty when not configured. */
export interface ProviderSecrets {
  readonly slackSigningSecrets: readonly string[];
  /** Deprecated by Slack; used only when there is no signing secret. */
  readonly slackVerificationToken: string | undefined;
  readonly githubWebhookSecrets: readonly string[];
  /** Ed25519 public keys of the Discord app, hexadecimal. */
  readonly discordPublicKeys: readonly string[];
  /** Microsoft app id: the audience of the Bot Framework's tokens. */
  readonly msteamsAppId: string | undefined;
  /** Client secrets of the Vercel integration. */
  readonly vercelClientSecrets: readonly string[];
  /** Address at which providers reach this gateway, without a slash at the end: the audience of tokens signed for it. */
  readonly publicUrl: string | undefined;
}

/** What a parser may use besides the request. */
export interface ParserContext {
  readonly directory: DirectoryView;
  readonly secrets: ProviderSecrets;
  readonly keys: PublicKeys;
  /** Milliseconds since the Unix epoch at which the request is judged. */
  readonly nowMs: number;
}

/** What a parser tells the gateway about its provider. */
export interface Parser {
  /** Provider key, with underscores: `github_enterprise`. */
  readonly provider: string;
  /** What routes are below; `/extensions/<slug>/` when absent. */
  readonly prefix?: string;
  /**
   * Path below the prefix to view name. A segment in angle brackets matches one segment that is not empty:
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
