/** How one generation of the counting rule counts (spec: outcomes.md §2.6). */
export interface CountingRule {
  /** What a transaction is counted by: values of the duration, the usage counter, or spans that are segments. */
  readonly transactions: 'durations' | 'usage' | 'segments' | 'segments of listed organizations';
  readonly countsSpans: boolean;
  /** Whether the tag `has_profile` adds profiles. */
  readonly countsProfiles: boolean;
  /** Whether the first custom metric of a project is announced. */
  readonly flagsCustomMetrics: boolean;
  /** Whether records whose outcome somebody else has emitted are left out. */
  readonly skipsAccepted: boolean;
}

const DURATIONS: CountingRule = {
  transactions: 'durations',
  countsSpans: false,
  countsProfiles: false,
  flagsCustomMetrics: false,
  skipsAccepted: false,
};
const USAGE: CountingRule = { ...DURATIONS, transactions: 'usage' };
const SPANS: CountingRule = { ...USAGE, countsSpans: true };
const SEGMENTS: CountingRule = { ...SPANS, transactions: 'segments' };

/** Every generation by its name. */
export const COUNTING_RULES = {
  v2022_09: DURATIONS,
  v2022_11: DURATIONS,
  v2023_06: { ...DURATIONS, countsProfiles: true },
  v2023_10: { ...USAGE, countsProfiles: true },
  v2024_01: { ...SPANS, countsProfiles: true },
  v2024_08: { ...SPANS, countsProfiles: true, flagsCustomMetrics: true },
  v2024_12: SPANS,
  v2026_01: { ...SPANS, transactions: 'segments of listed organizations' },
  v2026_02: SEGMENTS,
  v2026_06: { ...SEGMENTS, skipsAccepted: true },
} as const satisfies Readonly<Record<string, CountingRule>>;

/** Name of a generation. */
export type CountingMode = keyof typeof COUNTING_RULES;

/** The names, oldest first. */
export const COUNTING_MODES = Object.keys(COUNTING_RULES) as readonly CountingMode[];
