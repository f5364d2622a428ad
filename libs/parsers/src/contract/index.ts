export { InboundRequest, isJsonObject, parseJsonObject } from './inbound-request';
export type { InboundRequestParts, JsonObject } from './inbound-request';
export { defineParser } from './parser';
export type { DirectoryView, IntegrationView, Parser, ParserContext, ProviderSecrets } from './parser';
export { refuse, refuseMethod, refuseSignature } from './routing-decision';
export type {
  AllRegionsDecision,
  ControlDecision,
  DecisionReason,
  DeferredDecision,
  FirstRegionDecision,
  MailboxDecision,
  RegionDecision,
  ReplyDecision,
  RoutingDecision,
} from './routing-decision';
export { admit } from './verification';
export type { Admission, SignatureRefusal, SignatureVerdict, VerificationPolicy } from './verification';
