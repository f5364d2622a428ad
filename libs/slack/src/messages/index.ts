export { docsMessage, helpMessage, notAvailableMessage, supportMessage } from './help-message';
export type { HelpContext } from './help-message';
export { assigneeOption, issueMessage } from './issue-message';
export type {
  IssueAction,
  IssueActor,
  IssueAssignee,
  IssueKind,
  IssueLevel,
  IssueMessage,
  IssueMessageData,
} from './issue-message';
export { DIALOG_CHOICE, dialogExternalId, dialogOf, dialogView, loadingView } from './modals';
export type { IssueDialog, SlackView } from './modals';
export { readModalState, readRouting, writeModalState, writeRouting } from './routing';
export type { IssueRouting, ModalState } from './routing';
export { context, cutEscaped, cutText, divider, ephemeral, mrkdwn, option, plainText, section } from './slack-message';
export type { EphemeralMessage, MessageBlock, SlackElement, SlackOption, SlackText } from './slack-message';
export { texts } from './texts';
export type { MembershipDecision, Wording } from './texts';
