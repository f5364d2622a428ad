export { InboundRequest, isJsonObject, parseJsonObject } from './inbound-request';
export type { InboundRequestParts, JsonObject } from './inbound-request';
export { deliveryId, externalId, idOf, wholeNumber } from './ids';
export { defineParser } from './parser';
export type {
  DirectoryView,
  IntegrationView,
  KeyIssuer,
  OrganizationInstallations,
  OrganizationView,
  Parser,
  ParserContext,
  ProviderSecrets,
  PublicKeys,
} from './parser';
export { refuse, refuseMethod, refuseSignature, toControl } from './routing-decision';
export type {
  AllRegionsDecision,
  ControlDecision,
  DecisionReason,
  AnswerPrecedence,
  DeferredDecision,
  OpenedDialog,
  FirstRegionDecision,
  MailboxDecision,
  RegionDecision,
  ReplyDecision,
  RoutingDecision,
} from './routing-decision';
export { refuseUnroutable } from './unroutable';
export { admit, judgeSender, policyWith } from './verification';
export type { Admission, SenderCheck, SignatureRefusal, SignatureVerdict, VerificationPolicy } from './verification';
