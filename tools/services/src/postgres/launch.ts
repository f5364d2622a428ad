import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync } from 'node:fs';
import { SwitchyardError } from '@switchyard/primitives';
import type { PostgresBinaries } from './binaries';

/** Nothing of the caller's environment: PGDATA, PGPORT or a locale of it would change what the server does. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Lets the server's account pass through folders that are closed to others, such as a clone below a 0700 folder. */
const READ_EVERYWHERE = ['--clear-groups', '--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Starts PostgreSQL's programs as an account that PostgreSQL accepts: it refuses to run as root. */
export class Launcher {
  private constructor(
    private readonly account: Account | undefined,
    private readonly prefix: readonly string[],
    /** Whether `prefix` changes the account; otherwise the new process begins with it. */
    private readonly prefixSetsAccount: boolean,
  ) {}

  /**
   * Finds out how the programs can be run and the folder be reached.
   *
   * @param folder an existing folder; it will belong to the account that the server runs as
   * @throws SwitchyardError when root cannot hand the work to anybody
   */
  static find(binaries: PostgresBinaries, folder: string): Launcher {
    if (process.getuid?.() !== 0) return new Launcher(undefined, [], false);
    const account = findAccount('postgres') ?? findAccount('nobody');
    if (account === undefined) throw cannotRun('neither the user postgres nor the user nobody exists');
    chownSync(folder, account.uid, account.gid);
    const plain = new Launcher(account, [], false);
    if (plain.reaches(binaries, folder)) return plain;
    const setpriv = ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, ...READ_EVERYWHERE];
    const privileged = new Launcher(account, setpriv, true);
    if (process.platform === 'linux' && privileged.reaches(binaries, folder)) return privileged;
    throw cannotRun('that user can reach neither its programs nor its data folder');
  }

  /** Makes a file belong to the account that the programs run as. */
  handOver(file: string): void {
    if (this.account !== undefined) chownSync(file, this.account.uid, this.account.gid);
  }

  /** Runs a program to its end; throws an Error with what it said when it fails. */
  run(program: string, parameters: readonly string[]): void {
    const { status, stderr, stdout, error } = spawnSync(...this.command(program, parameters), {
      ...this.options(),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(error?.message ?? `${stderr}${stdout}`.trim());
  }

  /** Starts a server that outlives a Ctrl-C in the owner's terminal; what it says goes to the open file `logFd`. */
  start(program: string, parameters: readonly string[], logFd: number): ChildProcess {
    return spawn(...this.command(program, parameters), {
      ...this.options(),
      stdio: ['ignore', logFd, logFd],
      detached: true,
    });
  }

  private reaches({ postgres }: PostgresBinaries, folder: string): boolean {
    try {
      this.run(postgres, ['--version']);
      // Not `test -w`: access(2) disregards the capabilities that the prefix gives.
      this.run('ls', [folder]);
      return true;
    } catch {
      return false;
    }
  }

  private command(program: string, parameters: readonly string[]): [string, string[]] {
    const [first = program, ...rest] = [...this.prefix, program, ...parameters];
    return [first, rest];
  }

  private options() {
    return { cwd: '/', env: ENVIRONMENT, ...(this.prefixSetsAccount ? {} : this.account) };
  }
}

function findAccount(name: string): Account | undefined {
  const ask = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

function cannotRun(why: string): SwitchyardError {
  return new SwitchyardError(`PostgreSQL does not run as root, and ${why}.`, {
    code: 'SWY_SERVICES_POSTGRES_ACCOUNT',
    remedy: 'Run as an ordinary user, move the clone to a folder that others may enter, or set DATABASE_URL.',
  });
}
