import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ManifestValidator, podOf, render } from './chart';
import type { Manifest } from './chart';
import {
  knownMetrics,
  knownSettings,
  metricsOf,
  readText,
  readYaml,
  requiredSettings,
  secretSettings,
} from './documents';
import { ROOT } from './dockerfile';
import { helm, kubernetesSchemas } from './toolbox';

const tool = helm();
const schemas = kubernetesSchemas();
const APPS = ['control-gateway', 'webhook-notifier', 'outcomes-consumer', 'region-us', 'region-de'];
const EVERYTHING = {
  monitoring: { podMonitor: true, rules: true, labels: { release: 'prometheus' } },
  networkPolicy: {
    ingressFrom: [{ namespaceSelector: { matchLabels: { name: 'ingress' } } }],
    monitoringFrom: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
    dependenciesTo: [{ ipBlock: { cidr: '10.1.0.0/16' } }],
  },
  image: { digests: { 'region-silo': `sha256:${'a'.repeat(64)}` }, pullSecrets: ['pull'] },
  defaults: {
    nodeSelector: { disk: 'fast' },
    tolerations: [{ key: 'a', operator: 'Exists' }],
    podAnnotations: { a: 'b' },
  },
  apps: {
    controlGateway: { autoscaling: { kind: 'keda' }, settings: { SWITCHYARD_INGEST_STORED_BYTES_MAX: 1_073_741_824 } },
    outcomesConsumer: { autoscaling: { kind: 'keda' } },
  },
};

function manifestsOf(values: object = {}, args: readonly string[] = []): readonly Manifest[] {
  const rendered = render(tool.kind === 'found' ? tool.path : '', values, args);
  if (rendered.kind === 'refused') throw new Error(rendered.reason);
  return rendered.manifests;
}

function refusal(values: object): string {
  const rendered = render(tool.kind === 'found' ? tool.path : '', values);
  return rendered.kind === 'refused' ? rendered.reason : '';
}

const ofKind = (manifests: readonly Manifest[], kind: string) => manifests.filter((manifest) => manifest.kind === kind);

if (tool.kind === 'unavailable') it.skip(`docker/chart: skipped because ${tool.reason}`, () => undefined);
else
  describe('docker/chart', () => {
    it('passes helm lint', () => {
      const { status, stdout } = spawnSync(tool.path, ['lint', '--strict', join(ROOT, 'docker', 'chart')], {
        encoding: 'utf8',
      });
      expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('0 chart(s) failed') });
    });

    if (schemas.kind === 'unavailable')
      it.skip(`the schemas of Kubernetes: skipped because ${schemas.reason}`, () => undefined);
    else
      describe("Kubernetes' own schemas", () => {
        const validator = new ManifestValidator(schemas.path);

        it.each([
          ['as it is', {}],
          ['with everything on', EVERYTHING],
          ['for one region alone', onlyRegion('us')],
        ])('accept what is rendered %s', (_name, values) => {
          const manifests = manifestsOf(values);
          expect(manifests.length).toBeGreaterThan(4);
          expect(manifests.flatMap((manifest) => validator.problems(manifest))).toEqual([]);
        });

        it('refuse a misspelt field, so the check is one', () => {
          const [deployment] = ofKind(manifestsOf(), 'Deployment');
          const misspelt = { ...deployment, spec: { ...deployment?.spec, replica: 2 } } as Manifest;
          expect(validator.problems(misspelt).join()).toContain('replica');
          const deep = JSON.parse(JSON.stringify(deployment).replace('"startupProbe"', '"startProbe"')) as Manifest;
          expect(validator.problems(deep).join()).toContain('startProbe');
        });
      });

    it('runs every app and region, migrated first, hardened, probed, and told apart by labels', () => {
      const manifests = manifestsOf();
      const deployments = ofKind(manifests, 'Deployment');
      const jobs = ofKind(manifests, 'Job');
      expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual(APPS.map((app) => `sy-${app}`).sort());
      expect(jobs.map(({ metadata }) => metadata.name).sort()).toEqual(APPS.map((app) => `sy-${app}-migrate`).sort());
      for (const job of jobs) {
        expect(job.metadata.annotations?.['helm.sh/hook']).toBe('pre-install,pre-upgrade');
        expect(podOf(job).containers[0]?.command).toEqual([
          'node',
          '--enable-source-maps',
          'main.js',
          'migrate',
          'apply',
        ]);
      }
      for (const manifest of [...deployments, ...jobs]) {
        const pod = podOf(manifest);
        expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
        expect(pod.containers[0]?.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(pod.containers[0]?.image).toMatch(/^switchyard\/[a-z-]+:\d/);
        expect(Object.keys(pod.containers[0]?.resources ?? {}).sort()).toEqual(['limits', 'requests']);
      }
      for (const deployment of deployments) {
        expect(podOf(deployment).containers[0]).toMatchObject({
          startupProbe: { httpGet: { path: '/readyz' } },
          readinessProbe: { httpGet: { path: '/readyz' } },
          livenessProbe: { httpGet: { path: '/healthz' } },
        });
      }
      for (const kind of ['PodDisruptionBudget', 'NetworkPolicy', 'Service'])
        expect(ofKind(manifests, kind)).toHaveLength(APPS.length);
    });

    it('sets only what apps know, all that each requires, and secrets by reference alone', () => {
      for (const deployment of ofKind(manifestsOf(), 'Deployment')) {
        const env = podOf(deployment).containers[0]?.env ?? [];
        const names = env.map(({ name }) => name);
        const app = deployment.metadata.name.replace(/^sy-/, '').replace(/^region-.*/, 'region-silo');
        expect(names.filter((name) => !knownSettings().has(name))).toEqual([]);
        expect(requiredSettings(app).filter((name) => !names.includes(name))).toEqual([]);
        expect(env.filter(({ name, value }) => secretSettings().has(name) && value !== undefined)).toEqual([]);
      }
    });

    it('lets only gateways ask a region, and no app ask what is inside', () => {
      const policies = ofKind(manifestsOf(), 'NetworkPolicy');
      const region = policies.find(({ metadata }) => metadata.name === 'sy-region-us');
      expect(region?.spec?.['ingress']).toMatchObject([
        { from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/component': 'control-gateway' } } }] },
      ]);
      const notifier = policies.find(({ metadata }) => metadata.name === 'sy-webhook-notifier');
      expect(JSON.stringify(notifier?.spec?.['egress'])).toContain('"except":["10.0.0.0/8"');
      expect(notifier?.spec?.['ingress']).toEqual([]);
    });

    it('scales on CPU, or with KEDA on lateness and lag, by metrics that exist', () => {
      expect(ofKind(manifestsOf(), 'HorizontalPodAutoscaler').map(({ metadata }) => metadata.name)).toEqual([
        'sy-control-gateway',
      ]);
      const manifests = manifestsOf(EVERYTHING);
      const scaled = ofKind(manifests, 'ScaledObject');
      expect(scaled).toHaveLength(2);
      const metrics = scaled.flatMap(({ spec }) => metricsOf(JSON.stringify(spec)));
      expect(metrics).toEqual(
        expect.arrayContaining(['switchyard_delivery_lateness_seconds', 'switchyard_usage_lag_records']),
      );
      expect(metrics.filter((name) => !knownMetrics().has(name))).toEqual([]);
      // Whoever scales says how many there are: a number in the Deployment would be put back at every upgrade.
      const gateway = ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name === 'sy-control-gateway');
      expect(gateway?.spec).not.toHaveProperty('replicas');
    });

    it('writes large numbers in full, digests before tags, and the rules as Prometheus has them', () => {
      const manifests = manifestsOf(EVERYTHING);
      const [gateway, region] = ['sy-control-gateway', 'sy-region-us'].map((name) =>
        podOf(ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name === name) as Manifest),
      );
      expect(gateway?.containers[0]?.env).toContainEqual({
        name: 'SWITCHYARD_INGEST_STORED_BYTES_MAX',
        value: '1073741824',
      });
      expect(region?.containers[0]?.image).toBe(`switchyard/region-silo@sha256:${'a'.repeat(64)}`);
      expect(ofKind(manifests, 'PrometheusRule')[0]?.spec).toEqual(readYaml('docker', 'prometheus', 'rules.yml'));
    });

    it.each([
      ['a secret as a value', { apps: { controlGateway: { settings: { SWITCHYARD_ADMIN_TOKEN: 'hunter2' } } } }],
      ['a tag that moves', { image: { tag: 'latest' } }],
      ['a key that nobody reads', { networkPolicies: {} }],
      ['a region whose name is none', { regions: { US_EAST: { port: 3010 } } }],
    ])('refuses %s', (_name, values) => {
      expect(refusal(values)).toContain("values don't meet the specifications of the schema");
    });

    it('knows every secret setting that must not be a value', () => {
      const schema = JSON.parse(readText('docker', 'chart', 'values.schema.json')) as {
        definitions: { app: { properties: { settings: { propertyNames: { not: { enum: string[] } } } } } };
      };
      const forbidden = schema.definitions.app.properties.settings.propertyNames.not.enum;
      expect([...forbidden].sort()).toEqual([...secretSettings()].sort());
    });
  });

/** A release in the cluster of a region has nothing else. */
function onlyRegion(name: string): object {
  const off = { enabled: false };
  const others = Object.fromEntries(['us', 'de'].filter((region) => region !== name).map((region) => [region, null]));
  return { apps: { controlGateway: off, webhookNotifier: off, outcomesConsumer: off }, regions: others };
}
