/** Where a command puts its result. */
export class Output {
  constructor(
    private readonly isJson: boolean,
    private readonly write: (text: string) => void = (text) => void process.stdout.write(text),
  ) {}

  /** Prints a result: as JSON for scripts, in the words of `describe` for people. */
  show(result: unknown, describe: () => string): void {
    this.write(`${this.isJson ? JSON.stringify(result) : describe()}\n`);
  }
}
