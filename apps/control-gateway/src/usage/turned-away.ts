/** Why a webhook was not taken although it was good. */
export type TurnedAwayReason = 'shed' | 'too_much_waiting';

/**
 * Webhooks that were turned away, by integration and reason, until they are written. In memory: turning away has to cost nothing, as it
 * protects the database. What a crash forgets here is at most a second of them, and their senders come again.
 */
export class TurnedAway {
  private counts = new Map<string, Map<TurnedAwayReason, number>>();

  /** Counts one; webhooks without an integration are nobody's. */
  note(integrationId: string | undefined, reason: TurnedAwayReason): void {
    if (integrationId !== undefined) this.add(integrationId, reason, 1);
  }

  /** What was counted since the last time. */
  take(): readonly { integrationId: string; reason: TurnedAwayReason; count: number }[] {
    const { counts } = this;
    this.counts = new Map();
    return [...counts].flatMap(([integrationId, reasons]) =>
      [...reasons].map(([reason, count]) => ({ integrationId, reason, count })),
    );
  }

  /** Gives back what could not be written. */
  giveBack(taken: ReturnType<TurnedAway['take']>): void {
    for (const { integrationId, reason, count } of taken) this.add(integrationId, reason, count);
  }

  private add(integrationId: string, reason: TurnedAwayReason, count: number): void {
    const reasons = this.counts.get(integrationId) ?? new Map<TurnedAwayReason, number>();
    reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    this.counts.set(integrationId, reasons);
  }
}
