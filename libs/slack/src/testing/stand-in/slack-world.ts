import type { Clock } from '@switchyard/primitives';
import type { Json } from './arguments';
import type { StoredMessage } from './stored-message';
import { APP_SCOPES } from './workspace';
import type { SlackChannel, SlackPerson, SlackWorkspaceData } from './workspace';

const WORKSPACES_MAX = 50;
const CHANNELS_MAX = 1_000;
const MESSAGES_MAX = 20_000;
const TRIM = 1_000;

/** How a world behaves. */
export interface WorldOptions {
  /** Tokens and channels that nobody named come to be when they are used: for specs. */
  readonly isOpen?: boolean;
  readonly clock: Clock;
}

/** What exists in Slack, in memory: workspaces, people, channels and messages, all bounded. */
export class SlackWorld {
  /** In the order in which they came. */
  readonly messages: StoredMessage[] = [];
  private readonly workspaces = new Map<string, SlackWorkspaceData>();
  private readonly listeners = new Set<() => void>();
  private lastTs = 0;

  constructor(private readonly options: WorldOptions) {}

  get clock(): Clock {
    return this.options.clock;
  }

  add(workspace: SlackWorkspaceData): void {
    if (this.workspaces.size >= WORKSPACES_MAX && !this.workspaces.has(workspace.teamId))
      throw new RangeError(`a stand-in has ${WORKSPACES_MAX} workspaces at most`);
    this.workspaces.set(workspace.teamId, workspace);
    this.touch();
  }

  all(): readonly SlackWorkspaceData[] {
    return [...this.workspaces.values()];
  }

  find(teamId: string): SlackWorkspaceData | undefined {
    return this.workspaces.get(teamId);
  }

  /** The workspace of a bot token. */
  ofToken(token: string): SlackWorkspaceData | undefined {
    const found = this.all().find(({ botToken }) => botToken === token);
    if (found !== undefined || this.options.isOpen !== true || token === '') return found;
    const teamId = `TOPEN${this.workspaces.size}`;
    const made = { teamId, name: teamId, domain: teamId.toLowerCase(), botToken: token, botUserId: 'U0BOT' };
    this.add({ ...made, scopes: APP_SCOPES, people: [], channels: [] });
    return this.find(teamId);
  }

  channel(teamId: string, id: string): SlackChannel | undefined {
    const workspace = this.find(teamId);
    const found = workspace?.channels.find((channel) => channel.id === id);
    if (found !== undefined || this.options.isOpen !== true || workspace === undefined || id === '') return found;
    if (workspace.channels.length >= CHANNELS_MAX) return undefined;
    const made = { id, name: id.toLowerCase() };
    this.add({ ...workspace, channels: [...workspace.channels, made] });
    return made;
  }

  person(teamId: string, id: string): SlackPerson | undefined {
    return this.find(teamId)?.people.find((person) => person.id === id);
  }

  message(teamId: string, channel: string, ts: string): StoredMessage | undefined {
    return this.messages.findLast((one) => one.ts === ts && one.channel === channel && one.teamId === teamId);
  }

  /** Keeps a message; the oldest ones are forgotten when there are too many. */
  post(message: Omit<StoredMessage, 'ts'>): StoredMessage {
    const ts = this.nextTs();
    const stored = { ...message, ts, blocks: withBlockIds(message.blocks, ts) };
    this.messages.push(stored);
    if (this.messages.length > MESSAGES_MAX) this.messages.splice(0, TRIM);
    this.touch();
    return stored;
  }

  change(message: StoredMessage, change: Partial<StoredMessage>): StoredMessage {
    const at = this.messages.findIndex((one) => one === message);
    const changed = { ...message, ...change };
    if (change.blocks !== undefined) Object.assign(changed, { blocks: withBlockIds(change.blocks, message.ts) });
    if (at >= 0) this.messages[at] = changed;
    this.touch();
    return changed;
  }

  remove(message: StoredMessage): void {
    const at = this.messages.indexOf(message);
    if (at >= 0) this.messages.splice(at, 1);
    this.touch();
  }

  /** Told after every change; returns what ends it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  touch(): void {
    for (const listener of this.listeners) listener();
  }

  /** Slack's own form of time, unique: seconds, and microseconds after the point. */
  nextTs(): string {
    this.lastTs = Math.max(this.lastTs + 1, Math.floor(this.clock.now() * 1000));
    return `${Math.floor(this.lastTs / 1e6)}.${String(this.lastTs % 1e6).padStart(6, '0')}`;
  }
}

/** Gives blocks without an id one, as Slack does: five characters, so that ids of an app are never taken for them. */
export function withBlockIds(blocks: readonly Json[], ts: string): readonly Json[] {
  const stem = (Number(ts.slice(-6)) % 46_656).toString(36).padStart(3, '0');
  return blocks.map((block, index) =>
    typeof block['block_id'] === 'string' ? block : { ...block, block_id: stem + index.toString(36).padStart(2, '0') },
  );
}
