import { z } from 'zod';
import { storeCommits } from '../../code-hosts/code-host.store';
import type { CommitFacts } from '../../code-hosts/code-host';
import { authorTimestamp, message, requiredName, sha, webUrl } from '../payload-fields';
import { defineEvent } from '../provider-event';
import type { ProviderEvent } from '../provider-event';
import { storableText } from '../storable-text';

const NAME_CHARS = 255;
/** `Ada Example <ada@example.com>`. */
const RAW_AUTHOR = /^([^<]*?)\s*<([^<>]*)>\s*$/;

const author = z
  .object({ raw: z.string() })
  .nullish()
  .transform((value) => {
    const raw = storableText(value?.raw ?? '', 2 * NAME_CHARS);
    const [, name = raw, email = ''] = RAW_AUTHOR.exec(raw) ?? [];
    return { name: storableText(name, NAME_CHARS) || null, email: storableText(email, NAME_CHARS) || null };
  });

const commit = z.object({ hash: sha, message, date: authorTimestamp, author }).transform((value): CommitFacts => ({
  sha: value.hash,
  message: value.message,
  authorName: value.author.name,
  authorEmail: value.author.email,
  authoredAt: value.date,
}));

const change = z.object({
  new: z.object({ type: z.string(), name: requiredName }).nullish(),
  commits: z.array(commit).default([]),
});

const repository = z
  .object({
    uuid: requiredName,
    full_name: requiredName,
    links: z.object({ html: z.object({ href: webUrl }) }).nullish(),
  })
  .transform((value) => ({ externalId: value.uuid, name: value.full_name, url: value.links?.html.href ?? null }));

/** `repo:push`: stores the commits of each branch that was pushed; Bitbucket sends at most five per branch. */
const push = defineEvent(
  z.object({ repository, push: z.object({ changes: z.array(change).max(1_000) }) }),
  (facts, origin) => {
    const branches = facts.push.changes.flatMap(({ new: head, commits }) =>
      head?.type === 'branch' || head?.type === 'named_branch' ? [{ branch: head.name, commits }] : [],
    );
    if (branches.length === 0) return { kind: 'nothing', because: 'no branch was changed' };
    return {
      kind: 'changes',
      async apply(transaction) {
        for (const branch of branches)
          await storeCommits(transaction, origin, { repository: facts.repository, ...branch });
      },
    };
  },
);

/** By the value of `X-Event-Key`. */
export const BITBUCKET_EVENTS: ReadonlyMap<string, ProviderEvent> = new Map([['repo:push', push]]);
