import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/parsers';
import type { IssueAction } from '@switchyard/slack';
import { counter, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { SettledDeliveries } from '../deliveries/settled-deliveries';
import type { Verdict } from '../handlers/contract';
import { IssueMessages } from '../issue-messages/issue-messages';
import type { IssueChange } from '../issues/issue-change';
import type { Issue } from '../issues/issue';
import { IssueService } from '../issues/issue.service';
import type { Member } from '../organizations/member';
import { meaningOf, statusChange } from './click-change';
import type { ClickMeaning } from './click-change';
import { IssueAccess } from './issue-access';
import type { VisibleIssue } from './issue-access';
import { IssueDialogs } from './issue-dialogs';
import { MembershipDecisions } from './membership-decisions';
import { MessageUpdate } from './message-update';
import { EMPTY, ephemeralText, NOT_HERE } from './slack-answer';
import { readSlackAction } from './slack-action';
import type { Click, ClickPlace, SlackAction } from './slack-action';
import type { SlackCall } from './slack-call';

const actionsTotal = counter({
  name: 'switchyard_slack_actions_total',
  help: 'Clicks and dialogs of Slack by kind, and how they ended: done, text, not_here, nothing, repeated.',
  labels: ['kind', 'outcome'],
});

/** What a message says of changes; unassigning is not told. */
const SHOWN: Partial<Record<IssueChange['kind'], 'archived' | 're-opened' | 'resolved'>> = {
  resolve: 'resolved',
  archive: 'archived',
  unresolve: 're-opened',
};

/** What came of a change; `text` is for the person. */
type Changed =
  | { readonly kind: 'changed'; readonly issue: Issue; readonly action: IssueAction | undefined }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly text: string };

/**
 * Buttons, selects and dialogs (slack.md §5). Each ends in one of three ways: nothing to say, the message replaced, or a text for the
 * person alone. A delivery that is repeated is not looked at again; after a crash between the change and its record it is, and finds the
 * issue changed already: then the message is shown once more, and nothing else happens.
 */
@Injectable()
export class ActionRequests {
  constructor(
    private readonly settled: SettledDeliveries,
    private readonly access: IssueAccess,
    private readonly issues: IssueService,
    private readonly messages: IssueMessages,
    private readonly update: MessageUpdate,
    private readonly dialogs: IssueDialogs,
    private readonly memberships: MembershipDecisions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async answer({ payload, pass }: SlackCall): Promise<Verdict> {
    const action = readSlackAction(payload);
    if (await this.settled.has(pass.deliveryId)) {
      actionsTotal.inc({ kind: action.kind, outcome: 'repeated' });
      return { kind: 'handled', status: 200, eventType: typeOf(payload) };
    }
    const verdict = await this.act(action, pass.integrationId);
    actionsTotal.inc({ kind: action.kind, outcome: outcomeOf(action, verdict) });
    // Recorded, so that operators see what was done; with a text, somebody waits for it and nothing was done.
    return verdict === EMPTY ? { kind: 'handled', status: 200, eventType: typeOf(payload) } : verdict;
  }

  private act(action: SlackAction, integrationId: string | undefined): Promise<Verdict> | Verdict {
    switch (action.kind) {
      case 'nothing':
        return EMPTY;
      case 'unreadable':
        return ephemeralText(this.access.notDone());
      case 'membership':
        return this.memberships.decide(action, integrationId);
      case 'clicks':
        return this.about(action.routing, action.place, integrationId, (visible, member) =>
          this.click(visible, member, action.clicks, action.place),
        );
      case 'submission':
        return this.about(action.state, action.place, integrationId, (visible, member) =>
          this.carryOut(visible, member, [meaningOfChoice(action.choice)], action.place),
        );
    }
  }

  /** The checks that come before anything is done, in the order of slack.md §5.3. */
  private async about(
    reference: { readonly issue: string; readonly rule?: string | undefined },
    place: ClickPlace,
    integrationId: string | undefined,
    act: (visible: VisibleIssue, member: Member) => Promise<Verdict>,
  ): Promise<Verdict> {
    const visible = await this.access.visible(integrationId, reference);
    if (visible === undefined) {
      this.logger.info({ issue: reference.issue, integration_id: integrationId }, 'slack_action.invalid_issue');
      return NOT_HERE;
    }
    const person = await this.access.mayChange(place, visible.workspace, visible.issue.organizationId);
    return person.kind === 'refused' ? ephemeralText(person.text) : act(visible, person.member);
  }

  private async click(
    visible: VisibleIssue,
    member: Member,
    clicks: readonly Click[],
    place: ClickPlace,
  ): Promise<Verdict> {
    const meanings = clicks.map((click) => ({ click, meaning: meaningOf(click) }));
    const opening = meanings.find(({ meaning }) => meaning.kind === 'dialog');
    if (opening?.meaning.kind === 'dialog') {
      const isOpen = await this.dialogs.open(visible, opening.meaning.dialog, opening.click, place);
      return isOpen ? EMPTY : ephemeralText(this.access.notDone());
    }
    return this.carryOut(
      visible,
      member,
      meanings.map(({ meaning }) => meaning),
      place,
    );
  }

  /** One after the other; the first that is refused ends it. */
  private async carryOut(
    visible: VisibleIssue,
    member: Member,
    meanings: readonly ClickMeaning[],
    place: ClickPlace,
  ): Promise<Verdict> {
    let { issue } = visible;
    const actions: IssueAction[] = [];
    const wanted = meanings.filter(({ kind }) => kind !== 'nothing');
    for (const meaning of wanted) {
      const result = await this.change(visible, member, meaning, place);
      if (result.kind === 'gone') return NOT_HERE;
      if (result.kind === 'refused') return ephemeralText(result.text);
      issue = result.issue;
      if (result.action !== undefined) actions.push(result.action);
    }
    if (wanted.length > 0) await this.update.show({ ...visible, issue }, place, actions);
    return EMPTY;
  }

  private async change(
    { issue, workspace }: VisibleIssue,
    member: Member,
    meaning: ClickMeaning,
    place: ClickPlace,
  ): Promise<Changed> {
    if (meaning.kind !== 'change') return { kind: 'refused', text: this.access.notDone() };
    const { change } = meaning;
    const result = await this.issues.change(issue.id, change, {
      member,
      via: 'slack',
      doneOn: messageAt(place, workspace.integrationId),
    });
    if (result.kind === 'no_issue') return { kind: 'gone' };
    if (result.kind === 'refused') return { kind: 'refused', text: result.because };
    if (result.kind === 'unchanged') return { kind: 'changed', issue: result.issue, action: undefined };
    const action = await this.shown(change, result.issue, workspace.integrationId, place.slackUserId);
    return { kind: 'changed', issue: result.issue, action };
  }

  private async shown(
    change: IssueChange,
    issue: Issue,
    integrationId: string,
    slackUserId: string,
  ): Promise<IssueAction | undefined> {
    if (change.kind === 'assign') {
      const assignee = await this.messages.assignee(issue, integrationId);
      return assignee === undefined ? undefined : { kind: 'assigned', assignee, slackUserId };
    }
    const kind = SHOWN[change.kind];
    return kind === undefined ? undefined : { kind, slackUserId };
  }
}

/** Types go to a text column and to the log. */
function typeOf({ type }: JsonObject): string | undefined {
  return typeof type === 'string' && type !== '' ? type.replaceAll('\0', '\uFFFD') : undefined;
}

/** `undefined` where it is nobody else's to see: then threads are told. */
function messageAt({ channelId, messageTs: ts, isEphemeral, isUnfurl }: ClickPlace, integrationId: string) {
  if (channelId === undefined || ts === undefined || isEphemeral || isUnfurl) return undefined;
  return { integrationId, channelId, ts };
}

function meaningOfChoice(choice: string): ClickMeaning {
  const change = statusChange(choice);
  return change === undefined ? { kind: 'unknown_value' } : { kind: 'change', change };
}

function outcomeOf(action: SlackAction, verdict: Verdict): string {
  if (action.kind === 'nothing') return 'nothing';
  if (verdict === NOT_HERE) return 'not_here';
  return verdict === EMPTY ? 'done' : 'text';
}
