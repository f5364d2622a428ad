import type { Clock } from './clock';

/**
 * A moment after which a piece of work is of no use to anybody.
 *
 * It is made once, where the work begins, and handed down: every step spends from the same budget.
 */
export class Deadline {
  private constructor(
    private readonly clock: Clock,
    private readonly endsAt: number,
  ) {}

  /** A deadline `budgetMs` milliseconds from now. */
  static after(clock: Clock, budgetMs: number): Deadline {
    return new Deadline(clock, clock.monotonic() + budgetMs);
  }

  /** Milliseconds left, never below zero. */
  remainingMs(): number {
    return Math.max(0, this.endsAt - this.clock.monotonic());
  }

  get isPast(): boolean {
    return this.remainingMs() === 0;
  }
}
