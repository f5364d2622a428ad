/** What a benchmark found. */
export interface BenchResult {
  /** Under the names that the issues give; each is a quotient of two rates measured in this run. */
  readonly ratios: Readonly<Record<string, number>>;
  /** Everything else that was measured; the unit is the end of the name. */
  readonly figures: Readonly<Record<string, number>>;
  /** For people. */
  readonly rows: readonly BenchRow[];
  /** Instead of the rows, where what is measured is no rate: a line of headings, then the others. */
  readonly table?: readonly (readonly string[])[];
  /** How it was measured, in a sentence or two. */
  readonly setting: string;
}

/** One line of the table: the median of the rounds. */
export interface BenchRow {
  readonly name: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What a benchmark may do. */
export interface BenchContext {
  /** How long one measurement lasts, and how many rounds there are. */
  readonly seconds: number;
  readonly rounds: number;
  /** Told what happens, for people. */
  readonly report: (line: string) => void;
  /** Things to stop at the end, last one first; a benchmark adds to it as it goes. */
  readonly cleanUp: (() => Promise<void>)[];
  /** Where each program that is started leaves a CPU profile when it ends. */
  readonly profileFolder?: string | undefined;
}

/** A benchmark by its name on the command line. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  run(context: BenchContext): Promise<BenchResult>;
}
