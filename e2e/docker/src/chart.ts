import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import type { ValidateFunction } from 'ajv/dist/2020';
import { parseAllDocuments, stringify } from 'yaml';
import { ROOT } from './dockerfile';

/** One rendered object. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Record<string, string>;
    readonly labels?: Record<string, string>;
  };
  readonly spec?: Record<string, unknown>;
}

/** A pod, as much as the specs ask of it. */
export interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: Record<string, unknown>;
  readonly containers: readonly {
    readonly image: string;
    readonly command?: readonly string[];
    readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
    readonly securityContext: Record<string, unknown>;
    readonly resources: Record<string, object>;
    readonly startupProbe?: object;
    readonly readinessProbe?: object;
    readonly livenessProbe?: object;
  }[];
}

/** What rendering came to. */
export type Rendered =
  | { readonly kind: 'rendered'; readonly manifests: readonly Manifest[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** `helm template` of docker/chart. */
export function render(helm: string, values: object = {}, args: readonly string[] = []): Rendered {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-chart-'));
  try {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, stringify(values));
    const chart = join(ROOT, 'docker', 'chart');
    const { status, stdout, stderr } = spawnSync(helm, ['template', 'sy', chart, '--values', file, ...args], {
      encoding: 'utf8',
      // Nothing of this person's Helm is read or written.
      env: { PATH: process.env['PATH'], HOME: folder },
      maxBuffer: 16 * 1024 * 1024,
    });
    if (status !== 0) return { kind: 'refused', reason: stderr };
    const manifests = parseAllDocuments(stdout)
      .map((document) => {
        if (document.errors.length > 0) throw new Error(String(document.errors[0]));
        return document.toJS() as Manifest | null;
      })
      .filter((manifest): manifest is Manifest => manifest !== null);
    return { kind: 'rendered', manifests };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The pod template of a Deployment or Job. */
export function podOf(manifest: Manifest): PodSpec {
  return (manifest.spec?.['template'] as { spec: PodSpec }).spec;
}

/** Validates built-in kinds by the schemas of {@link kubernetesSchemas}; other kinds by those of this folder. */
export class ManifestValidator {
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(private readonly schemas: string) {
    // The others refer to it by its $id.
    this.ajv.addSchema(JSON.parse(readFileSync(join(schemas, '_definitions.json'), 'utf8')) as object);
  }

  /** @returns what is wrong, in words; empty when nothing is */
  problems(manifest: Manifest): readonly string[] {
    const validate = this.validatorOf(manifest);
    if (validate === undefined) return [`${manifest.apiVersion} ${manifest.kind}: there is no schema`];
    validate(manifest);
    const name = `${manifest.kind} ${manifest.metadata.name}`;
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${name}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  private validatorOf({ apiVersion, kind }: Manifest): ValidateFunction | undefined {
    // networking.k8s.io/v1 is networkpolicy-networking-v1.json, v1 is service-v1.json.
    const name = `${kind}-${apiVersion.replace(/\.k8s\.io/, '').replace('/', '-')}`.toLowerCase();
    const known = this.validators.get(name);
    if (known !== undefined) return known;
    const file = [join(this.schemas, `${name}.json`), join(__dirname, 'schemas', `${kind.toLowerCase()}.json`)].find(
      existsSync,
    );
    if (file === undefined) return undefined;
    const validate = this.ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
    this.validators.set(name, validate);
    return validate;
  }
}
