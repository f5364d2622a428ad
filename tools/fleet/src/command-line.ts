import { parseArgs } from 'node:util';

export const USAGE = `npm start -- [options]

Starts a whole Switchyard fleet on this machine and stays in the foreground; Ctrl-C stops it.

  --reset          start from nothing: removes data, secrets and logs first
  --no-samples     do not load the sample directory
  --any-ports      take any free ports instead of the usual ones
  --data-dir DIR   data, secrets, logs and fleet.json (default .switchyard)
  --json           print one line of JSON when ready, and nothing else, on standard output
  --help           this text

DATABASE_URL, REDIS_URL and KAFKA_BROKERS, when set, are used instead of the embedded default.
`;

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly message: string }
  | {
      readonly kind: 'start';
      readonly isReset: boolean;
      readonly hasSamples: boolean;
      readonly hasAnyPorts: boolean;
      readonly isJson: boolean;
      readonly dataDir: string;
    };

/** Reads the arguments after the program's name. */
export function readCommand(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        reset: { type: 'boolean', default: false },
        'no-samples': { type: 'boolean', default: false },
        'any-ports': { type: 'boolean', default: false },
        'data-dir': { type: 'string', default: '.switchyard' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (values['data-dir'] === '') return { kind: 'mistake', message: '--data-dir needs the name of a folder.' };
    return {
      kind: 'start',
      isReset: values.reset,
      hasSamples: !values['no-samples'],
      hasAnyPorts: values['any-ports'],
      isJson: values.json,
      dataDir: values['data-dir'],
    };
  } catch (error) {
    return { kind: 'mistake', message: error instanceof Error ? error.message : String(error) };
  }
}
