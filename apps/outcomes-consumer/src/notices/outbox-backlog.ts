/** Whether so many outcomes wait to be published that reading must wait. */
export class OutboxBacklog {
  private isAbove = false;

  constructor(private readonly high: number) {}

  get isHigh(): boolean {
    return this.isAbove;
  }

  /** Between half and all nothing changes, so that reading does not start and stop at every look. */
  note(rows: number): void {
    this.isAbove = rows >= this.high || (this.isAbove && rows >= this.high / 2);
  }
}
