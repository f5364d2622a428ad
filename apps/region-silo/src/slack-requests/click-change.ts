import type { IssueChange } from '../issues/issue-change';
import type { Click } from './slack-action';

/** What a click means for the issue that its message is about (slack.md §5.3, §5.4). */
export type ClickMeaning =
  | { readonly kind: 'change'; readonly change: IssueChange }
  | { readonly kind: 'dialog'; readonly dialog: 'archive' | 'resolve' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown_value' };

const COUNT_MAX = 1_000_000;

const STATUSES: Readonly<Record<string, IssueChange>> = {
  resolved: { kind: 'resolve', how: 'now' },
  'resolved:inNextRelease': { kind: 'resolve', how: 'next_release' },
  'resolved:inCurrentRelease': { kind: 'resolve', how: 'current_release' },
  'ignored:archived_until_escalating': { kind: 'archive', until: 'escalating' },
  'ignored:archived_forever': { kind: 'archive', until: 'forever' },
  'unresolved:ongoing': { kind: 'unresolve' },
};

/** Reads a click; pure. */
export function meaningOf({ name, value }: Click): ClickMeaning {
  switch (name) {
    case 'status':
      return changeOr(statusChange(value));
    case 'resolved':
    case 'unresolved:ongoing':
      return changeOr(statusChange(name));
    case 'assign':
      return value === '' ? { kind: 'nothing' } : changeOr(assignChange(value));
    case 'resolve_dialog':
      return { kind: 'dialog', dialog: 'resolve' };
    case 'archive_dialog':
      return { kind: 'dialog', dialog: 'archive' };
    default:
      return { kind: 'nothing' };
  }
}

/** The change that a status value stands for; `undefined` for one that stands for none. */
export function statusChange(value: string): IssueChange | undefined {
  const [, digits] = /^ignored:archived_until_condition_met:(\d{1,7})$/.exec(value) ?? [];
  if (digits === undefined) return Object.hasOwn(STATUSES, value) ? STATUSES[value] : undefined;
  const count = Number(digits);
  return count >= 1 && count <= COUNT_MAX ? { kind: 'archive', until: 'count', count } : undefined;
}

function assignChange(value: string): IssueChange | undefined {
  if (value === 'none') return { kind: 'unassign' };
  const [, kind, id = ''] = /^(team|user):([1-9]\d{0,18})$/.exec(value) ?? [];
  if (kind === undefined) return undefined;
  return kind === 'team' ? { kind: 'assign', teamId: id } : { kind: 'assign', userId: id };
}

const changeOr = (change: IssueChange | undefined): ClickMeaning =>
  change === undefined ? { kind: 'unknown_value' } : { kind: 'change', change };
