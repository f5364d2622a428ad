import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { isJsonObject } from '@switchyard/parsers';
import type { JsonObject } from '@switchyard/parsers';
import { assigneeOption, plainText, readRouting } from '@switchyard/slack';
import type { IssueAssignee } from '@switchyard/slack';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { Verdict } from '../handlers/contract';
import { IssueService } from '../issues/issue.service';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import assigneesSql from './assignees.sql';
import { IssueAccess } from './issue-access';
import { matchesSearch } from './search-text';
import type { SlackCall } from './slack-call';
import { SlackPeople } from './slack-person';
import { withinBudget } from './time-budget';

/** Slack's limits: options in all groups together, and the people that we look through. */
const OPTIONS_MAX = 100;
const CANDIDATES_MAX = 5_000;
/** Slack waits for three seconds, and the way through the gateway is part of them (slack.md §5.10). */
const BUDGET_MS = 500;

interface Candidate {
  readonly kind: 'team' | 'user';
  readonly id: string;
  /** What is shown. */
  readonly label: string;
  /** What a search may find. */
  readonly words: readonly string[];
}

const NOBODY: Verdict = { kind: 'answered', status: 200, json: { option_groups: [] } };
/** The issue is nowhere in this region. */
const UNKNOWN: Verdict = { kind: 'answered', status: 400, json: undefined };

/** The search for somebody to assign (slack.md §5.10): teams of the project, then people in them. */
@Injectable()
export class OptionLoads {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly access: IssueAccess,
    private readonly issues: IssueService,
    private readonly workspaces: SlackWorkspaceStore,
    private readonly people: SlackPeople,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A list that comes too late is an empty one. */
  async answer(call: SlackCall): Promise<Verdict> {
    const verdict = await withinBudget(this.search(call), BUDGET_MS);
    if (verdict !== undefined) return verdict;
    this.logger.warn({ integration: call.pass.integrationId, budget_ms: BUDGET_MS }, 'slack_options.too_late');
    return NOBODY;
  }

  private async search({ payload, pass }: SlackCall): Promise<Verdict> {
    const routing = readRouting(firstBlockId(payload));
    if (routing === undefined)
      return { kind: 'rejected', status: 400, error: 'bad_body', because: 'the message is none about an issue' };
    const visible = await this.access.visible(pass.integrationId, routing);
    if (visible === undefined) return this.notVisible(routing.issue, pass.integrationId);
    const { issue, workspace } = visible;
    const user = isJsonObject(payload['user']) ? String(payload['user']['id'] ?? '') : '';
    const person = await this.people.find(workspace.integrationId, user, issue.organizationId);
    if (person.kind !== 'member') return NOBODY;
    const { rows } = await this.pool.query<Candidate>(assigneesSql, [issue.projectId, CANDIDATES_MAX]);
    return { kind: 'answered', status: 200, json: { option_groups: groupsOf(rows, String(payload['value'] ?? '')) } };
  }

  /** Nobody for a workspace that is not here, or not the issue's (slack.md §4.7, §5.10); an issue that is not here is an error. */
  private async notVisible(issue: string, integration: string | undefined): Promise<Verdict> {
    const workspace = integration === undefined ? undefined : await this.workspaces.find(integration);
    if (workspace?.isActive !== true || (await this.issues.find(issue)) !== undefined) return NOBODY;
    this.logger.error({ issue, integration }, 'slack_options.unknown_issue');
    return UNKNOWN;
  }
}

function groupsOf(candidates: readonly Candidate[], search: string): readonly object[] {
  const found = candidates.filter(({ words }) => matchesSearch(words, search));
  const teams = found.filter(({ kind }) => kind === 'team').slice(0, OPTIONS_MAX);
  const users = found.filter(({ kind }) => kind === 'user').slice(0, OPTIONS_MAX - teams.length);
  const groups = [
    ['Teams', teams],
    ['People', users],
  ] as const;
  return groups
    .filter(([, entries]) => entries.length > 0)
    .map(([label, entries]) => ({ label: plainText(label), options: entries.map(assigneeOf).map(assigneeOption) }));
}

const assigneeOf = ({ kind, id, label }: Candidate): IssueAssignee =>
  kind === 'team' ? { kind, id, slug: label } : { kind, id, name: label };

function firstBlockId({ message, app_unfurl: unfurl }: JsonObject): unknown {
  for (const holder of [message, unfurl]) {
    const blocks = isJsonObject(holder) ? holder['blocks'] : undefined;
    const first: unknown = Array.isArray(blocks) ? blocks[0] : undefined;
    if (isJsonObject(first)) return first['block_id'];
  }
  return undefined;
}
