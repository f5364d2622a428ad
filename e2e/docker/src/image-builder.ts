import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { environment } from '@switchyard/config';
import { buildContext } from './docker-ignore';
import { lineage, parsePairs, ROOT } from './dockerfile';
import type { Dockerfile, Instruction } from './dockerfile';

/** A target built into a folder. */
export interface BuiltImage {
  /** Where the image's /app is. */
  readonly appDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of ENTRYPOINT and HEALTHCHECK. */
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
  readonly uid: number;
}

const WORKDIR = 'app';

/**
 * Carries out what docker/Dockerfile says, without a container engine: every stage is a folder, RUN runs in its /app with the
 * same command, COPY copies from the build context or from another stage. Only what the Dockerfile uses is understood.
 */
export class ImageBuilder {
  private readonly built = new Map<string, string>();

  constructor(
    private readonly file: Dockerfile,
    private readonly folder: string,
  ) {}

  /** Builds a target and the stages that it copies from. */
  build(target: string): BuiltImage {
    const instructions = lineage(this.file, target).flatMap((stage) => stage.instructions);
    const appDir = this.buildStage(target);
    const last = (keyword: string): string => instructions.findLast((one) => one.keyword === keyword)?.text ?? '';
    const env = instructions.filter(({ keyword }) => keyword === 'ENV').map(({ text }) => parsePairs(text));
    return {
      appDir,
      env: Object.assign({}, ...env) as Record<string, string>,
      entrypoint: JSON.parse(last('ENTRYPOINT')) as string[],
      healthcheck: JSON.parse(last('HEALTHCHECK').replace(/^.*CMD /, '')) as string[],
      uid: Number(last('USER').split(':')[0]),
    };
  }

  private buildStage(name: string): string {
    const known = this.built.get(name);
    if (known !== undefined) return known;
    const appDir = join(this.folder, name, WORKDIR);
    mkdirSync(appDir, { recursive: true });
    for (const stage of lineage(this.file, name)) {
      for (const instruction of stage.instructions) this.carryOut(instruction, appDir);
    }
    this.built.set(name, appDir);
    return appDir;
  }

  private carryOut({ keyword, text }: Instruction, appDir: string): void {
    if (keyword === 'COPY') this.copy(text, appDir);
    if (keyword === 'RUN') run(text.replace(/--mount=\S+ /g, ''), appDir);
  }

  private copy(text: string, appDir: string): void {
    const words = text.split(/\s+/);
    const [, from] = /^--from=(\S+)$/.exec(words[0] ?? '') ?? [];
    const to = words.at(-1) ?? '';
    const sources = words.slice(from === undefined ? 0 : 1, -1);
    if (from !== undefined)
      return this.copyFromStage(this.buildStage(from), sources, join(appDir, to), to.endsWith('/'));
    const context = buildContext();
    for (const source of sources) {
      const files = source === '.' ? context : context.filter((file) => file === source);
      if (files.length === 0) throw new Error(`COPY ${source}: not in the build context`);
      for (const file of files) {
        const target = join(appDir, source === '.' ? file : basename(file));
        mkdirSync(dirname(target), { recursive: true });
        copyFileSync(join(ROOT, file), target);
      }
    }
  }

  private copyFromStage(stageDir: string, sources: readonly string[], to: string, isFolder: boolean): void {
    for (const source of sources) {
      const file = join(stageDir, source.replace(`/${WORKDIR}/`, ''));
      const target = isFolder ? join(to, basename(file)) : to;
      // `cp` takes a tenth of the time that Node's own copy takes for a tree of packages.
      execFileSync('cp', ['-a', file, target]);
    }
  }
}

/** @throws Error with what the command said */
function run(command: string, cwd: string): void {
  const { PATH, HOME, ...rest } = environment();
  // Nothing of this test run (NODE_ENV, NODE_OPTIONS) may change what the command does.
  const npm = Object.fromEntries(Object.entries(rest).filter(([name]) => /^(npm_config_|NODE_EXTRA_CA)/i.test(name)));
  execFileSync('sh', ['-c', command], { cwd, env: { PATH, HOME, ...npm }, stdio: ['ignore', 'ignore', 'pipe'] });
}
