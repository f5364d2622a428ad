import { z } from 'zod';
import { storeExternalIssue } from '../../code-hosts/code-host.store';
import { issueNumber, timestamp, title, webUrl } from '../payload-fields';
import { defineEvent } from '../provider-event';
import { storableText } from '../storable-text';

const NAME_CHARS = 255;
const STATE_CHARS = 100;

const text = z.string().nullish();
const changed = z.object({ newValue: z.unknown().optional() }).nullish();

/** `Ada Example <ada@example.com>`, or an object with a name, in newer versions. */
function nameOf(person: unknown): string | null {
  const name =
    typeof person === 'string' ? person : (person as { displayName?: unknown } | null | undefined)?.displayName;
  return typeof name === 'string' ? storableText(withoutAddress(name), NAME_CHARS) || null : null;
}

/** No pattern does this: one over blanks of any number takes the square of their number, and anybody may write a name. */
function withoutAddress(name: string): string {
  const addressAt = name.endsWith('>') ? name.lastIndexOf('<') : -1;
  return (addressAt < 0 ? name : name.slice(0, addressAt)).trim();
}

const resource = z.object({
  workItemId: issueNumber,
  fields: z.object({ 'System.State': changed, 'System.AssignedTo': changed }).nullish(),
  revision: z.object({
    fields: z.object({
      'System.Title': title,
      'System.State': text,
      'System.AssignedTo': z.unknown().optional(),
      'System.ChangedDate': timestamp,
    }),
  }),
  _links: z.object({ parent: z.object({ href: webUrl }) }).nullish(),
});

/** `workitem.updated`: keeps state, assignee and title in step (spec: gateway.md §2.3.8). */
export const workItemUpdated = defineEvent(z.object({ resource }), ({ resource: item }, origin) => {
  if (item.fields?.['System.State'] == null && item.fields?.['System.AssignedTo'] == null) {
    return { kind: 'nothing', because: 'neither state nor assignee changed' };
  }
  const { fields } = item.revision;
  const state = fields['System.State'];
  return {
    kind: 'changes',
    apply: (transaction) =>
      storeExternalIssue(transaction, origin, {
        key: String(item.workItemId),
        title: fields['System.Title'],
        state: state == null ? null : storableText(state, STATE_CHARS),
        assigneeLogin: nameOf(fields['System.AssignedTo']),
        url: item._links?.parent.href ?? null,
        commentCount: 0,
        updatedAt: fields['System.ChangedDate'],
      }),
  };
});
