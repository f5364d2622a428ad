import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './dockerfile';

interface Rule {
  readonly isKept: boolean;
  readonly pattern: RegExp;
}

/** The files of the workspace that a builder gets: those that git does not ignore, less what .dockerignore leaves out. */
export function buildContext(): readonly string[] {
  const isSent = readDockerIgnore();
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
    .split('\n')
    .filter((file) => file !== '' && isSent(file));
}

/** The rules of .dockerignore: whether a file is sent to the builder. */
export function readDockerIgnore(): (file: string) => boolean {
  return parseDockerIgnore(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
}

/** Docker's rules: the last pattern that matches a file, or a folder above it, decides; `!` takes it in again. */
function parseDockerIgnore(text: string): (file: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line): Rule => ({ isKept: line.startsWith('!'), pattern: toPattern(line.replace(/^!/, '')) }));
  return (file) => rules.findLast(({ pattern }) => pattern.test(file))?.isKept ?? true;
}

function toPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\?]/g, String.raw`\$&`)
    .replace(/\*\*\/|\*/g, (star) => (star === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${source}(?:/.*)?$`);
}
