/*
 * An alert in two workspaces: somebody searches for a colleague and assigns it, somebody comments and archives it in the product, it comes
 * back, and it is resolved from Slack. The threads of both workspaces tell it, but for what was clicked in
 * the message above them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { FleetDescription } from '@switchyard/fleet';
import type { Check } from '../check';
import { RegionIssue } from './region-issue';
import { SlackControl } from './slack-control';
import type { SeenMessage, Somebody } from './slack-control';

const WAIT_MS = 30_000;
const POLL_MS = 100;
const COMMENT = 'It is the empty cart again';

interface Option {
  readonly text: { readonly text: string };
  readonly value: string;
}

/** Runs the story; each step that does not come true is a failure. */
export async function slackStory(fleet: FleetDescription, report: (line: string) => void): Promise<Check> {
  const story = new Story(fleet);
  try {
    await story.run(report);
  } catch (error) {
    story.failures.push(error instanceof Error ? error.message : String(error));
  }
  return { name: 'what happens to an issue is told in the threads of both workspaces', failures: story.failures };
}

/** Resolves when the region of an issue knows the people of Slack, which it learns from control. */
export async function untilPeopleAreKnown(fleet: FleetDescription, issue: RegionIssue, who: Somebody): Promise<void> {
  const story = new Story(fleet, issue);
  await story.alert('Demo: the login page is slow');
  await story.search(who, 'Linus');
  const [failure] = story.failures;
  if (failure !== undefined) throw new Error(`the samples are not usable: ${failure}`);
}

class Story {
  readonly failures: string[] = [];
  private readonly slack: SlackControl;
  /** The alert in each channel. */
  private parents: readonly SeenMessage[] = [];

  constructor(
    fleet: FleetDescription,
    private readonly issue = new RegionIssue(fleet, 'globex'),
  ) {
    this.slack = new SlackControl(fleet);
  }

  async run(report: (line: string) => void): Promise<void> {
    await this.alert('Demo: cannot read properties of undefined');
    const here = this.parents.at(-1);
    if (this.parents.length !== 2 || here === undefined) return this.note(false, 'the alert is not in two channels');
    const grace = { teamId: here.teamId, userId: 'U0GRACE' };
    report('an alert is in two workspaces; Grace assigns it from Slack');
    await this.assign(grace, here);
    await this.tells(`assigned this issue to`, here);

    report('Ada comments and archives it in the product, and it comes back');
    await this.issue.change('Ada', { kind: 'comment', text: COMMENT });
    await this.tells(COMMENT);
    await this.issue.change('Ada', { kind: 'archive', until: 'forever' });
    await this.tells(`archived ${this.issue.shortId}`);
    await this.issue.change('Ada', { kind: 'unresolve' });
    await this.expect('the issue is open again', async () => (await this.issue.status()) === 'unresolved');

    report('Grace resolves it from Slack');
    await this.resolve(grace, here);
    await this.tells(`marked ${this.issue.shortId} as resolved`, here);
    await this.expect('the message offers to open it again', async () =>
      JSON.stringify((await this.find(here))?.blocks).includes('Unresolve'),
    );
  }

  /** Fires the rule until every channel has the alert: a region learns of its workspaces from control. */
  async alert(title: string): Promise<void> {
    let outcome: readonly object[] = [];
    await this.expect('every channel has the alert', async () => {
      outcome = await this.issue.alert(title);
      return outcome.every((channel) => 'kind' in channel && channel.kind === 'posted');
    });
    const found = await Promise.all(
      this.issue.channels.map(async ({ team, channel }) => {
        const messages = await this.slack.messages(team, channel);
        return messages.find(({ threadTs, blocks }) => threadTs === undefined && this.isAbout(blocks));
      }),
    );
    this.parents = found.filter((message) => message !== undefined);
    this.note(this.parents.length === found.length, `alerts that Slack has not: ${JSON.stringify(outcome)}`);
  }

  /** The colleague whom a search in the message finds. */
  async search(who: Somebody, name: string): Promise<Option | undefined> {
    let found: Option | undefined;
    const message = this.parents.find(({ teamId }) => teamId === who.teamId);
    if (message === undefined) return undefined;
    const { channel, ts } = message;
    await this.expect(`the search finds ${name}`, async () => {
      const query = name.slice(0, 2).toLowerCase();
      const given = { ...who, channel, ts, actionId: 'assign', query };
      const { groups } = await this.slack.act<{ groups: readonly { options: readonly Option[] }[] }>('options', given);
      found = groups.flatMap(({ options }) => options).find(({ text }) => text.text === name);
      return found !== undefined;
    });
    return found;
  }

  private async assign(who: Somebody, { channel, ts }: SeenMessage): Promise<void> {
    const option = await this.search(who, 'Linus');
    if (option !== undefined) await this.slack.act('click', { ...who, channel, ts, actionId: 'assign', option });
  }

  /** The button opens a dialog, whose answer says when. */
  private async resolve(who: Somebody, { channel, ts }: SeenMessage): Promise<void> {
    await this.slack.act('click', { ...who, channel, ts, actionId: 'resolve_dialog' });
    let viewId: string | undefined;
    await this.expect('the dialog opens', async () => {
      const open = (await this.slack.views(who)).at(-1);
      // Control may show one that loads until the region has filled it.
      viewId = open !== undefined && 'submit' in open.view ? open.id : undefined;
      return viewId !== undefined;
    });
    if (viewId === undefined) return;
    const { isClosed } = await this.slack.act<{ isClosed: boolean }>('submit', { ...who, viewId });
    this.note(isClosed, 'the dialog did not close');
    await this.expect('the issue is resolved', async () => (await this.issue.status()) === 'resolved');
  }

  /** Every thread holds it, and once; but for the one of the message that it was clicked in, which shows it itself. */
  private async tells(words: string, clicked?: SeenMessage): Promise<void> {
    for (const parent of this.parents.filter((message) => message !== clicked)) {
      const texts = async () => (await this.thread(parent)).flatMap(({ text }) => text.split('\n'));
      await this.expect(`the thread in ${parent.teamId}/${parent.channel} says «${words}»`, async () =>
        (await texts()).some((line) => line.includes(words)),
      );
      const count = (await texts()).filter((line) => line.includes(words)).length;
      this.note(count <= 1, `the thread in ${parent.teamId}/${parent.channel} says «${words}» ${count} times`);
    }
  }

  private async thread(parent: SeenMessage): Promise<readonly SeenMessage[]> {
    return (await this.slack.messages(parent.teamId, parent.channel)).filter(({ threadTs }) => threadTs === parent.ts);
  }

  private async find({ teamId, channel, ts }: SeenMessage): Promise<SeenMessage | undefined> {
    return (await this.slack.messages(teamId, channel)).find((message) => message.ts === ts);
  }

  private isAbout(blocks: readonly object[]): boolean {
    return JSON.stringify(blocks).includes(`\\"issue\\":\\"${this.issue.id}\\"`);
  }

  private async expect(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const endsAt = Date.now() + WAIT_MS;
    while (!(await isSo())) {
      if (Date.now() > endsAt) return this.note(false, `not in time: ${what}`);
      await delay(POLL_MS);
    }
  }

  private note(isSo: boolean, failure: string): void {
    if (!isSo) this.failures.push(failure);
  }
}
