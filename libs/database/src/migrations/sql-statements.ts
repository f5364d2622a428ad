/** One statement of a script. */
export interface SqlStatement {
  /** Without comments, with single spaces between words; what stands in quotes is as it was. */
  readonly text: string;
  /** The bodies between dollar quotes, for those who look into `DO` blocks. */
  readonly bodies: readonly string[];
}

/** A comment, something in quotes (dollar quotes, too), white space, the end of a statement, or any other text. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+|;|[^\s;'"$/-]+|./g;

/**
 * Splits a script into its statements. Knows quotes and comments as our migrations use them; nested block comments and `E''`
 * strings with `\'` are not understood.
 */
export function sqlStatements(script: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let text = '';
  let bodies: string[] = [];
  const end = (): void => {
    if (text.trim() !== '') statements.push({ text: text.trim(), bodies });
    [text, bodies] = ['', []];
  };
  for (const [token, tag = ''] of script.matchAll(TOKEN)) {
    if (token === ';') end();
    else if (token.startsWith('--') || token.startsWith('/*') || token.trim() === '') text = spaced(text);
    else {
      if (/^\$(\w*)\$[\s\S]*\$\1\$$/.test(token)) bodies.push(token.slice(tag.length + 2, -(tag.length + 2)));
      text += token;
    }
  }
  end();
  return statements;
}

const spaced = (text: string): string => (text === '' || text.endsWith(' ') ? text : `${text} `);
