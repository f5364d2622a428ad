import { option, plainText } from './slack-message';
import type { MessageBlock, SlackOption, SlackText } from './slack-message';
import { writeModalState } from './routing';
import type { ModalState } from './routing';

/** Longest title and labels of a modal (spec: slack.md Appendix A). */
const LABEL_CHARS = 24;
/** Longest id that we choose for a view. */
const EXTERNAL_ID_CHARS = 255;

/** The dialogs about an issue. */
export type IssueDialog = 'resolve' | 'archive';

/** Action id of the choice inside a modal: nothing is to be done when it changes. */
export const DIALOG_CHOICE = 'static_select-action';

/** A modal, as `views.open` and `views.update` take it. */
export interface SlackView {
  readonly type: 'modal';
  readonly title: SlackText;
  readonly close: SlackText;
  readonly submit?: SlackText;
  readonly callback_id?: string;
  readonly private_metadata?: string;
  readonly external_id?: string;
  readonly blocks: readonly MessageBlock[];
}

interface DialogTexts {
  readonly callbackId: string;
  readonly title: string;
  readonly submit: string;
  readonly label: string;
  /** The first one is chosen already. */
  readonly options: readonly [SlackOption, ...SlackOption[]];
}

const DIALOGS: Readonly<Record<IssueDialog, DialogTexts>> = {
  resolve: {
    callbackId: 'issue.resolve.v1',
    title: 'Resolve Issue',
    submit: 'Resolve',
    label: 'When is it resolved?',
    options: [
      option('Immediately', 'resolved'),
      option('In the next release', 'resolved:inNextRelease'),
      option('In the current release', 'resolved:inCurrentRelease'),
    ],
  },
  archive: {
    callbackId: 'issue.archive.v1',
    title: 'Archive Issue',
    submit: 'Archive',
    label: 'For how long?',
    options: [
      option('Until escalating', 'ignored:archived_until_escalating'),
      option('Until 10 events', 'ignored:archived_until_condition_met:10'),
      option('Until 100 events', 'ignored:archived_until_condition_met:100'),
      option('Until 1000 events', 'ignored:archived_until_condition_met:1000'),
      option('Forever', 'ignored:archived_forever'),
    ],
  },
};

/** The dialog of a submitted modal; `undefined` when it is none of ours. */
export function dialogOf(callbackId: unknown): IssueDialog | undefined {
  if (callbackId === DIALOGS.resolve.callbackId) return 'resolve';
  return callbackId === DIALOGS.archive.callbackId ? 'archive' : undefined;
}

/**
 * By what control and the region mean the same modal: one opens it, the other fills it (spec: slack.md §5.5).
 *
 * @param actionTs time of the click, as Slack names it
 */
export function dialogExternalId(teamId: string, actionTs: string): string {
  return `${teamId}:${actionTs}`.slice(0, EXTERNAL_ID_CHARS);
}

/** What control opens at once, because trigger ids live for 3 seconds. */
export function loadingView(dialog: IssueDialog, externalId: string): SlackView {
  return {
    ...frameOf(DIALOGS[dialog]),
    external_id: externalId,
    blocks: [{ type: 'section', text: plainText('Loading…') }],
  };
}

/**
 * The modal itself. Its state goes into `private_metadata` alone; the callback id is a short constant.
 *
 * @param externalId when it replaces a loading view
 */
export function dialogView(dialog: IssueDialog, state: ModalState, externalId?: string): SlackView {
  const { callbackId, submit, label, options } = DIALOGS[dialog];
  return {
    ...frameOf(DIALOGS[dialog]),
    ...(externalId === undefined ? {} : { external_id: externalId }),
    submit: plainText(submit, LABEL_CHARS),
    callback_id: callbackId,
    private_metadata: writeModalState(state),
    blocks: [
      {
        type: 'section',
        text: plainText(label),
        accessory: { type: 'static_select', action_id: DIALOG_CHOICE, options, initial_option: options[0] },
      },
    ],
  };
}

const frameOf = ({ title }: DialogTexts) =>
  ({ type: 'modal', title: plainText(title, LABEL_CHARS), close: plainText('Cancel', LABEL_CHARS) }) as const;
