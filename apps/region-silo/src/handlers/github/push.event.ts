import { z } from 'zod';
import { storeCommits } from '../../code-hosts/code-host.store';
import { storableText } from '../storable-text';
import { defineEvent } from '../provider-event';
import { pushedCommit, repository } from '../payload-fields';

const BRANCH_PREFIX = 'refs/heads/';
const BRANCH_CHARS = 255;

const push = z.object({
  ref: z.string(),
  deleted: z.boolean().optional(),
  commits: z.array(pushedCommit),
  repository,
});

/** `push`: stores the commits of a branch. */
export const pushEvent = defineEvent(push, (facts, origin) => {
  if (!facts.ref.startsWith(BRANCH_PREFIX)) return { kind: 'nothing', because: 'the push is not to a branch' };
  if (facts.deleted === true) return { kind: 'nothing', because: 'the branch was deleted' };
  const branch = storableText(facts.ref.slice(BRANCH_PREFIX.length), BRANCH_CHARS);
  return { kind: 'changes', apply: (transaction) => storeCommits(transaction, origin, { ...facts, branch }) };
});
