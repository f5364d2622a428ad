import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'up';
      readonly postgres: boolean;
      readonly redis: boolean;
      readonly kafka: boolean;
      readonly mail: boolean;
      readonly json: boolean;
      readonly dataDir: string | undefined;
    }
  | {
      readonly kind: 'mail-catcher';
      readonly host: string | undefined;
      readonly staysWithoutInput: boolean;
      readonly smtpPort: number | undefined;
      readonly httpPort: number | undefined;
    }
  | { readonly kind: 'mistake'; readonly message: string };

/** The text of --help. */
export const USAGE = `Usage:
  main.js up [--postgres] [--redis] [--kafka] [--mail] [--json] [--data-dir FOLDER]
      Starts the servers, prints their addresses, and stops them when standard input closes or on SIGTERM.
      The database is temporary, or kept in the FOLDER. DATABASE_URL, REDIS_URL and KAFKA_BROKERS, when set, are used instead of starting a server.
  main.js mail-catcher [--smtp-port N] [--http-port N] [--host ADDRESS] [--stay]
      Accepts every mail and shows it on a page. Stops when standard input closes, unless --stay is given (containers).
`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  postgres: { type: 'boolean' },
  redis: { type: 'boolean' },
  kafka: { type: 'boolean' },
  mail: { type: 'boolean' },
  json: { type: 'boolean' },
  'data-dir': { type: 'string' },
  host: { type: 'string' },
  stay: { type: 'boolean' },
  'smtp-port': { type: 'string' },
  'http-port': { type: 'string' },
} as const;

/** Reads the command line. */
export function readCommand(parameters: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({ args: [...parameters], options: OPTIONS, allowPositionals: true });
    const [name] = positionals;
    if (values.help === true || name === undefined) return { kind: 'help' };
    if (name === 'mail-catcher')
      return {
        kind: name,
        host: values.host,
        staysWithoutInput: values.stay === true,
        smtpPort: readPort(values['smtp-port']),
        httpPort: readPort(values['http-port']),
      };
    if (name !== 'up') return { kind: 'mistake', message: `there is no command ${name}` };
    return readUp(values);
  } catch (error) {
    return { kind: 'mistake', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Which servers `up` is to start. */
function readUp(values: Readonly<Partial<Record<keyof typeof OPTIONS, string | boolean>>>): Command {
  const isAsked = (name: keyof typeof OPTIONS): boolean => values[name] === true;
  const servers = {
    postgres: isAsked('postgres'),
    redis: isAsked('redis'),
    kafka: isAsked('kafka'),
    mail: isAsked('mail'),
  };
  if (!Object.values(servers).includes(true))
    return { kind: 'mistake', message: 'up needs --postgres, --redis, --kafka or --mail' };
  const dataDir = values['data-dir'];
  return { kind: 'up', ...servers, json: isAsked('json'), dataDir: typeof dataDir === 'string' ? dataDir : undefined };
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new Error(`${text} is not a port: expected an integer from 1 to 65535`);
}
