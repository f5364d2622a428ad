import type { Clock } from '@switchyard/primitives';

/** Coarse enough to cost nothing, fine enough that nobody notices against timeouts of seconds. */
const TICK_MS = 10;

/** 512 slots of 10 ms: an entry due in less than five seconds is looked at once, a later one once per turn. */
const SLOT_COUNT = 512;

/** Something that ends when its time is up. Entries are links of a list, so that taking one out costs nothing. */
export abstract class WheelEntry {
  /** Neighbours in the slot; the wheel's own. */
  next: WheelEntry | undefined;
  previous: WheelEntry | undefined;
  dueTick = 0;

  /** Called once when the time is up, unless the entry was removed before. */
  abstract expire(): void;
}

class SlotHead extends WheelEntry {
  constructor() {
    super();
    this.next = this;
    this.previous = this;
  }

  override expire(): void {}
}

/**
 * Deadlines of many short exchanges, in one timer.
 *
 * A timer per request costs more than everything else the client does around a request, the more so when each has a
 * duration of its own. Here adding and removing are a few assignments. Entries never expire early, and at most one
 * tick late (plus what the event loop is late). The timer runs only while there are entries.
 */
export class DeadlineWheel {
  private readonly slots: readonly SlotHead[] = Array.from({ length: SLOT_COUNT }, () => new SlotHead());
  private readonly startedAt: number;
  private currentTick = 0;
  private entryCount = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly clock: Clock) {
    this.startedAt = clock.monotonic();
  }

  /** Entries that wait. */
  get size(): number {
    return this.entryCount;
  }

  /** Lets `entry` expire after `delayMs`. */
  add(entry: WheelEntry, delayMs: number): void {
    const dueTick = Math.ceil((this.clock.monotonic() - this.startedAt + delayMs) / TICK_MS);
    // A slot that has been visited already is not visited again for a whole turn.
    entry.dueTick = Math.max(dueTick, this.currentTick + 1);
    const head = this.slots[entry.dueTick % SLOT_COUNT] as SlotHead;
    const last = head.previous as WheelEntry;
    entry.previous = last;
    entry.next = head;
    last.next = entry;
    head.previous = entry;
    this.entryCount += 1;
    this.timer ??= setInterval(() => this.advance(), TICK_MS);
  }

  /** Takes `entry` out; nothing happens when it is not in. */
  remove(entry: WheelEntry): void {
    const { next, previous } = entry;
    if (next === undefined || previous === undefined) return;
    previous.next = next;
    next.previous = previous;
    entry.next = undefined;
    entry.previous = undefined;
    this.entryCount -= 1;
  }

  /** Expires what is due by now. The timer calls it; a test may. */
  advance(): void {
    const nowTick = Math.floor((this.clock.monotonic() - this.startedAt) / TICK_MS);
    // After a long stall one turn visits every slot there is.
    const firstTick = Math.max(this.currentTick + 1, nowTick - SLOT_COUNT + 1);
    const due: WheelEntry[] = [];
    for (let tick = firstTick; tick <= nowTick; tick++) this.takeDue(tick, nowTick, due);
    this.currentTick = Math.max(this.currentTick, nowTick);
    for (const entry of due) entry.expire();
    if (this.entryCount === 0) this.stop();
  }

  private takeDue(tick: number, nowTick: number, due: WheelEntry[]): void {
    const head = this.slots[tick % SLOT_COUNT] as SlotHead;
    let entry = head.next as WheelEntry;
    while (entry !== head) {
      const next = entry.next as WheelEntry;
      if (entry.dueTick <= nowTick) {
        this.remove(entry);
        due.push(entry);
      }
      entry = next;
    }
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
