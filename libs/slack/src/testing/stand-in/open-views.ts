import { randomBytes } from 'node:crypto';
import type { Json } from './arguments';
import { withBlockIds } from './slack-world';

const OPEN_MAX = 200;

/** A modal that somebody has before them. */
export interface OpenView {
  readonly id: string;
  readonly hash: string;
  readonly teamId: string;
  readonly userId: string;
  /** By which it was opened. */
  readonly triggerId: string;
  readonly view: Json;
  /** Shown in it: mistakes by block id, or that nobody answered. */
  readonly errors: Readonly<Record<string, string>>;
  readonly trouble: string | undefined;
}

/** The modals that are open; the last one of a person lies on top. */
export class OpenViews {
  readonly all: OpenView[] = [];

  open({ teamId, userId, triggerId = '' }: Opener, view: Json): OpenView {
    const id = `V${randomBytes(6).toString('hex').toUpperCase()}`;
    const who = { id, hash: newHash(), teamId, userId, triggerId };
    const opened = { ...who, view: withIds(view), errors: {}, trouble: undefined };
    this.all.push(opened);
    if (this.all.length > OPEN_MAX) this.all.shift();
    return opened;
  }

  find(id: string): OpenView | undefined {
    return this.all.find((one) => one.id === id);
  }

  byExternalId(teamId: string, externalId: string): OpenView | undefined {
    return this.all.find((one) => (one.teamId ?? teamId) === teamId && one.view['external_id'] === externalId);
  }

  update(open: OpenView, change: Partial<Pick<OpenView, 'errors' | 'trouble' | 'view'>>): OpenView {
    const changed = { ...open, errors: {}, trouble: undefined, ...change, hash: newHash() };
    if (change.view !== undefined) changed.view = withIds(change.view);
    const at = this.all.indexOf(open);
    if (at >= 0) this.all[at] = changed;
    return changed;
  }

  close(id: string): void {
    const at = this.all.findIndex((one) => one.id === id);
    if (at >= 0) this.all.splice(at, 1);
  }

  /** All of a person, as `response_action: clear` wants it. */
  clear(teamId: string, userId: string): void {
    for (const { id } of this.of(teamId, userId)) this.close(id);
  }

  of(teamId: string, userId: string): readonly OpenView[] {
    return this.all.filter((one) => one.teamId === teamId && one.userId === userId);
  }
}

/** Who opens a modal, and by what. */
type Opener = Pick<OpenView, 'teamId' | 'userId'> & { readonly triggerId?: string };

const withIds = (view: Json): Json => ({
  ...view,
  blocks: withBlockIds(view['blocks'] as readonly Json[], '0.000000'),
});

const newHash = (): string => `${Date.now()}.${randomBytes(4).toString('hex')}`;

/** A view as Slack shows it to apps. */
export function viewJson({ id, hash, teamId, view }: OpenView): Json {
  return { state: { values: {} }, ...view, id, hash, team_id: teamId, root_view_id: id };
}
