import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The newest line that still speaks every version of the protocol that kafkajs 2.2 asks for; 4.0 dropped the old ones. */
export const KAFKA_VERSION = '3.9.1';

const JAVA_MIN = 17;
const DOWNLOAD_TIMEOUT_MS = 300_000;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>switchyard.local</groupId><artifactId>broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version>
  </dependency></dependencies>
</project>
`;

/** The broker's class path, or why there is none. */
export type KafkaJars =
  { readonly kind: 'found'; readonly classPath: string } | { readonly kind: 'unavailable'; readonly reason: string };

/** Resolves the broker's jars with Maven, once per checkout; `cacheDir` keeps them. */
export async function kafkaJars(cacheDir: string): Promise<KafkaJars> {
  const java = await javaVersion();
  if (java === undefined)
    return unavailable(`Java ${JAVA_MIN} or newer is not installed: install it, or set KAFKA_BROKERS`);
  if (java < JAVA_MIN)
    return unavailable(`Java is ${java}, and the broker needs ${JAVA_MIN}: install it, or set KAFKA_BROKERS`);
  const folder = resolve(cacheDir, `kafka-${KAFKA_VERSION}`);
  if (!existsSync(folder)) {
    const problem = await download(cacheDir, folder);
    if (problem !== undefined) return unavailable(problem);
  }
  return { kind: 'found', classPath: join(folder, '*') };
}

const unavailable = (reason: string): KafkaJars => ({ kind: 'unavailable', reason });

async function javaVersion(): Promise<number | undefined> {
  try {
    const { stderr, stdout } = await run('java', ['-version']);
    return Number(/version "(\d+)/.exec(stderr + stdout)?.[1]);
  } catch {
    return undefined;
  }
}

/** Into a draft folder that takes its name when it is complete: runs side by side, and runs that are killed, do no harm. */
async function download(cacheDir: string, folder: string): Promise<string | undefined> {
  mkdirSync(cacheDir, { recursive: true });
  const draft = mkdtempSync(join(cacheDir, 'draft-'));
  try {
    writeFileSync(join(draft, 'pom.xml'), POM);
    const parameters = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=libs', '-DincludeScope=runtime'];
    await run('mvn', parameters, { cwd: draft, timeout: DOWNLOAD_TIMEOUT_MS });
    if (!readdirSync(join(draft, 'libs')).some((name) => name.startsWith('kafka_'))) return 'Maven brought no broker';
    renameSync(join(draft, 'libs'), folder);
    return undefined;
  } catch (error) {
    if (existsSync(folder)) return undefined;
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing
      ? 'Maven is not installed: install it, or set KAFKA_BROKERS'
      : 'Maven could not resolve the jars of the broker: check its repository, or set KAFKA_BROKERS';
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
