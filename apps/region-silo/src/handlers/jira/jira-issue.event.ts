import { z } from 'zod';
import { storeExternalIssue } from '../../code-hosts/code-host.store';
import { optionalName, requiredName, timestamp, title } from '../payload-fields';
import { defineEvent } from '../provider-event';

/** Jira writes offsets without a colon: `2026-03-02T10:01:00.000+0000`. */
const time = z
  .string()
  .transform((text) => text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  .pipe(timestamp);
const person = z.object({ displayName: optionalName, name: optionalName }).nullish();

const issue = z.object({
  key: requiredName,
  fields: z.object({
    summary: title,
    status: z.object({ name: requiredName }).nullish(),
    assignee: person,
    updated: time.nullish(),
  }),
});

/**
 * Which fields a change log names (spec: gateway.md §7, §2.3.5); their values are read from the issue. Its `toString` must not
 * be in the schema: where Jira leaves it out, zod finds the one that every object inherits.
 */
const changelog = z.object({ items: z.array(z.object({ field: z.string() })).max(1_000) });

const SYNCED: ReadonlySet<string> = new Set(['status', 'assignee']);

/**
 * `jira:issue_updated`: keeps status, assignee and title in step. Issues of the product follow through the external issue that they
 * are linked to.
 */
export const jiraIssueUpdated = defineEvent(
  z.object({ issue, changelog: changelog.nullish(), timestamp: z.number().int().positive().max(8.64e15).nullish() }),
  (facts, origin) => {
    const changed = (facts.changelog?.items ?? []).filter(({ field }) => SYNCED.has(field));
    if (changed.length === 0) return { kind: 'nothing', because: 'neither status nor assignee changed' };
    const { key, fields } = facts.issue;
    const updatedAt = fields.updated ?? new Date(facts.timestamp ?? origin.nowMs).toISOString();
    return {
      kind: 'changes',
      apply: (transaction) =>
        storeExternalIssue(transaction, origin, {
          key,
          title: fields.summary,
          state: fields.status?.name ?? null,
          assigneeLogin: fields.assignee?.displayName ?? fields.assignee?.name ?? null,
          url: null,
          commentCount: 0,
          updatedAt,
        }),
    };
  },
);
