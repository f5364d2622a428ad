import { sqlStatements } from './sql-statements';
import type { SqlStatement } from './sql-statements';

/** Why a migration is not safe while the version before it still serves. */
export interface MigrationRisk {
  /** Name of the rule, as an opt-out gives it. */
  readonly rule: string;
  /** The statement, shortened. */
  readonly statement: string;
  /** What would happen, and what to do instead. */
  readonly why: string;
  /** The reason that the file gives for doing it nevertheless. */
  readonly allowedBecause?: string;
}

interface Rule {
  readonly name: string;
  readonly why: string;
  /** Whether the statement breaks the rule. */
  matches(statement: string): boolean;
  /** Also for a table that the same migration creates, which nobody reads or writes yet. */
  readonly isForNewTables?: true;
}

const regex =
  (...patterns: readonly RegExp[]) =>
  (statement: string): boolean =>
    patterns.some((pattern) => pattern.test(statement));

/** The actions of an ALTER TABLE; commas within parentheses do not part them. */
const actionsOf = (statement: string): string[] => statement.split(/,(?![^()]*\))/);

const RULES: readonly Rule[] = [
  {
    name: 'drop-table',
    why: 'The old version still reads and writes it: stop using it in one release, drop it in the next.',
    matches: regex(/^drop (table|view|materialized view)\b/i, /^truncate\b/i),
  },
  {
    name: 'drop-column',
    why: 'The old version still names it: stop using it in one release, drop it in the next.',
    matches: regex(
      /^alter table\b.*\bdrop (column\b|(?!constraint\b|default\b|not null\b|expression\b|identity\b)\w)/i,
    ),
  },
  {
    name: 'drop-function',
    why: 'The old version still calls it: stop using it in one release, drop it in the next.',
    matches: regex(/^drop (function|procedure|type|sequence|domain)\b/i),
  },
  {
    name: 'rename',
    why: 'The old version knows the old name only: add the new one, write both, and drop the old one later.',
    matches: regex(/^alter (table|view|function|type|sequence|schema)\b.*\brename\b(?! constraint\b)/i),
  },
  {
    name: 'not-null-column',
    why: 'Rows that the old version inserts have no value for it: give it a default, or let it be null.',
    matches: (statement) =>
      /^alter table\b/i.test(statement) &&
      actionsOf(statement).some(
        (action) =>
          /\badd\b.*\bnot null\b/i.test(action) && !/\b(default|generated)\b|\badd (constraint|check)\b/i.test(action),
      ),
  },
  {
    name: 'set-not-null',
    why: 'The old version may still write null, and the whole table is read under a lock: add a CHECK that is NOT VALID, validate it later.',
    matches: regex(/^alter table\b.*\bset not null\b/i),
  },
  {
    name: 'rewrite',
    why: 'The table is rewritten while nobody can read or write it: add a new column, and fill it in small steps.',
    matches: regex(
      /^alter table\b.*\balter (column )?\S+ (set data )?type\b/i,
      /^alter table\b.*\badd (column )?.*\bdefault\b.*\b(random|gen_random_uuid|uuidv7|clock_timestamp|nextval)\b/i,
      /^alter table\b.*\badd (column )?.*\b(big|small)?serial\b/i,
      /^alter table\b.*\badd (column )?.*\bgenerated always as \(.*\bstored\b/i,
      /^alter table\b.*\bset (tablespace|logged|unlogged)\b/i,
      /^(cluster|vacuum full)\b/i,
    ),
  },
  {
    name: 'constraint',
    why: 'The table is read under a lock, and the old version may write what it forbids: add it NOT VALID, validate it in a later migration.',
    matches: (statement) =>
      /^alter table\b.*\badd (constraint|check|foreign key|unique|primary key|exclude)\b/i.test(statement) &&
      !/\bnot valid\b/i.test(statement),
  },
  {
    name: 'blocking-index',
    why: 'Nobody can write to the table while the index is built. CONCURRENTLY is not possible here: allow it where the table is small.',
    matches: regex(/^create (unique )?index (?!concurrently\b)/i, /^reindex\b/i),
  },
  {
    name: 'transaction',
    why: 'Each migration runs in a transaction, and PostgreSQL refuses this inside of one.',
    matches: regex(/\bconcurrently\b/i, /^(vacuum|create database|alter system|begin|commit|rollback)\b/i),
    isForNewTables: true,
  },
  {
    name: 'backfill',
    why: 'Every row that it touches stays locked until the migration ends: let a process do it in small steps, or allow it where the table is small.',
    matches: regex(/^(update|delete)\b/i),
  },
];

const OPT_OUT = /^--\s*allow-risk\s+([a-z-]+):\s*(.*)$/gm;
const STATEMENT_SHOWN = 100;

/**
 * Looks at a migration's text for what would hurt the version before it, which serves until the roll-out has ended. A line
 * `-- allow-risk RULE: reason` in the file allows what one rule finds in it.
 *
 * Only what the text says: SQL that a function or `EXECUTE` makes up is not seen.
 */
export function migrationRisks(sql: string): MigrationRisk[] {
  const allowed = optOuts(sql);
  const statements = sqlStatements(sql).flatMap(withBlocks);
  const created = new Set<string>();
  return statements.flatMap((text) => {
    for (const table of tableIn(text, /^create (?:unlogged )?table (?:if not exists )?/i)) created.add(table);
    const [table] = tableIn(text, TABLE_OF);
    const isNew = table !== undefined && created.has(table);
    return RULES.filter((rule) => (!isNew || rule.isForNewTables === true) && rule.matches(text)).map(
      ({ name, why }) => {
        const reason = allowed.get(name);
        return {
          rule: name,
          statement: text.length > STATEMENT_SHOWN ? `${text.slice(0, STATEMENT_SHOWN)}…` : text,
          why,
          ...(reason === undefined ? {} : { allowedBecause: reason }),
        };
      },
    );
  });
}

/** The opt-outs of a file that say no reason, name no rule, or allow what the file does not do. */
export function faultyOptOuts(sql: string): string[] {
  const needed = new Set(migrationRisks(sql).map(({ rule }) => rule));
  return [...optOuts(sql)]
    .filter(([rule, reason]) => !needed.has(rule) || reason.split(' ').length < REASON_WORDS_MIN)
    .map(([rule]) => rule);
}

/** Fewer say nothing. */
const REASON_WORDS_MIN = 3;

/** What stands before the table that a statement changes. */
const TABLE_OF =
  /^(?:(?:alter|drop) table (?:if exists )?(?:only )?|create (?:unique )?index .*?\bon (?:only )?|update (?:only )?|delete from (?:only )?|truncate (?:table )?)/i;

function tableIn(statement: string, before: RegExp): string[] {
  const [start] = before.exec(statement) ?? [];
  if (start === undefined) return [];
  return (/^"?([\w.]+)/.exec(statement.slice(start.length)) ?? []).slice(1).map((name) => name.toLowerCase());
}

/** A `DO` block does what is in it; control words in front of a statement are dropped. */
function withBlocks({ text, bodies }: SqlStatement): string[] {
  if (!/^do\b/i.test(text)) return [text];
  return bodies
    .flatMap((body) => sqlStatements(body))
    .map((inner) =>
      inner.text.replace(/^(?:(?:declare|begin|then|else|loop|(?:if|elsif|for|while)\b.*?\b(?:then|loop))\b\s*)+/i, ''),
    );
}

const optOuts = (sql: string): Map<string, string> =>
  new Map([...sql.matchAll(OPT_OUT)].map(([, rule = '', reason = '']) => [rule, reason.trim()]));
