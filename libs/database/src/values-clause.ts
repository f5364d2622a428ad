import { SwitchyardError } from '@switchyard/primitives';

/** The wire protocol counts parameters with 16 bits. */
const PARAMETERS_MAX = 65_535;

const clauses = new Map<number, string[]>();

/**
 * `($1,$2),($3,$4)`: the parameters of a multi-row `VALUES`.
 *
 * Remembered, because a batch writer asks for the same few hundred sizes again and again.
 *
 * @throws SwitchyardError when PostgreSQL could not take that many parameters
 */
export function valuesClause(rowCount: number, columnCount: number): string {
  if (rowCount < 1 || columnCount < 1 || rowCount * columnCount > PARAMETERS_MAX) {
    throw new SwitchyardError(`${rowCount} rows of ${columnCount} columns do not fit into one statement`, {
      code: 'SWY_DATABASE_TOO_MANY_PARAMETERS',
      remedy: `Write fewer rows at once: rows times columns must be from 1 to ${PARAMETERS_MAX}.`,
    });
  }
  let ofColumns = clauses.get(columnCount);
  if (ofColumns === undefined) clauses.set(columnCount, (ofColumns = []));
  return (ofColumns[rowCount] ??= writeClause(rowCount, columnCount));
}

function writeClause(rowCount: number, columnCount: number): string {
  let parameter = 0;
  const row = () => `(${Array.from({ length: columnCount }, () => `$${++parameter}`).join(',')})`;
  return Array.from({ length: rowCount }, row).join(',');
}
