import type { Clock } from '@switchyard/primitives';
import { randomBytes } from 'node:crypto';

/** How long a trigger id may be used, once (spec: slack.md Appendix A). */
const LIFE_MS = 3_000;
const KEPT_MAX = 1_000;

interface Trigger {
  readonly teamId: string;
  readonly userId: string;
  readonly issuedAt: number;
  isUsed: boolean;
}

/** Trigger ids: whoever has one may open a modal, soon and once. */
export class Triggers {
  private readonly issued = new Map<string, Trigger>();

  /** @param isOpen whether ids that nobody issued are taken, once */
  constructor(
    private readonly clock: Clock,
    private readonly isOpen = false,
  ) {}

  issue(teamId: string, userId: string): string {
    const id = `${this.clock.now()}.${teamId.length}.${randomBytes(16).toString('hex')}`;
    this.keep(id, { teamId, userId, issuedAt: this.clock.now(), isUsed: false });
    return id;
  }

  /** The person who clicked, or Slack's word for why not. */
  redeem(id: string, teamId: string): { readonly userId: string } | { readonly error: string } {
    const trigger = this.issued.get(id) ?? (this.isOpen ? this.adopt(id, teamId) : undefined);
    if (trigger === undefined || trigger.teamId !== teamId) return { error: 'invalid_trigger_id' };
    if (trigger.isUsed) return { error: 'exchanged_trigger_id' };
    if (this.clock.now() - trigger.issuedAt > LIFE_MS) return { error: 'expired_trigger_id' };
    trigger.isUsed = true;
    return { userId: trigger.userId };
  }

  /** As if three seconds had passed: one, or all of them. */
  expire(id?: string): void {
    for (const [key, trigger] of this.issued) {
      if (id === undefined || key === id) this.issued.set(key, { ...trigger, issuedAt: Number.NEGATIVE_INFINITY });
    }
  }

  private adopt(id: string, teamId: string): Trigger {
    return this.keep(id, { teamId, userId: 'U0OPEN', issuedAt: this.clock.now(), isUsed: false });
  }

  private keep(id: string, trigger: Trigger): Trigger {
    this.issued.set(id, trigger);
    const [oldest] = this.issued.keys();
    if (this.issued.size > KEPT_MAX && oldest !== undefined) this.issued.delete(oldest);
    return trigger;
  }
}
