import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { knownMetrics, metricsOf, readText, readYaml } from './documents';
import { ROOT } from './dockerfile';
import { promtool } from './toolbox';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const rules = readYaml<{ groups: { rules: Rule[] }[] }>('docker', 'prometheus', 'rules.yml').groups.flatMap(
  (group) => group.rules,
);
const alerts = rules.flatMap((rule) => (rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }]));
const folder = ['docker', 'grafana', 'dashboards'];
const dashboards = readdirSync(join(ROOT, ...folder)).map((name) => ({
  name,
  board: JSON.parse(readText(...folder, name)) as Dashboard,
}));
const panels = dashboards.flatMap(({ name, board }) => board.panels.map((panel) => ({ name, ...panel })));
const operations = readText('docs', 'operations.md');

/** Labels of a metric, of docs/metrics.md; `le` and the labels that Prometheus adds are everybody's. */
function labelsOf(metric: string): ReadonlySet<string> {
  const row =
    readText('docs', 'metrics.md')
      .split('\n')
      .find((line) => line.startsWith(`| \`${metric}\``)) ?? '';
  return new Set([...(row.split('|')[3] ?? '').matchAll(/`(\w+)`/g)].map(([, label = '']) => label));
}

function unknownLabels(expression: string): readonly string[] {
  const known = new Set([
    'le',
    'app',
    'silo',
    'instance',
    'job',
    ...metricsOf(expression).flatMap((name) => [...labelsOf(name)]),
  ]);
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(','));
  const matched = [...expression.matchAll(/\{([^}]*)\}/g)].flatMap(
    ([, list = '']) => list.match(/\w+(?=\s*[=!]~?)/g) ?? [],
  );
  return [...grouped, ...matched].map((label) => label.trim()).filter((label) => label !== '' && !known.has(label));
}

describe('docker/prometheus', () => {
  const tool = promtool();
  if (tool.kind === 'unavailable') it.skip(`promtool: skipped because ${tool.reason}`, () => undefined);
  else {
    it.each([
      ['the configuration', ['check', 'config', 'docker/prometheus/prometheus.yml']],
      [
        'what the rules say of an idle, a silent and a broken fleet',
        ['test', 'rules', 'docker/prometheus/rules.test.yml'],
      ],
    ])('promtool accepts %s', (_name, args) => {
      expect(execFileSync(tool.path, args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' })).toContain('SUCCESS');
    });
  }

  it('scrapes every app of compose.yaml where it listens', () => {
    const config = readYaml<{ scrape_configs: { static_configs: { targets: string[]; labels: { app: string } }[] }[] }>(
      'docker',
      'prometheus',
      'prometheus.yml',
    );
    const targets = config.scrape_configs.flatMap((job) => job.static_configs.flatMap((one) => one.targets)).sort();
    expect(targets).toEqual([
      'control-gateway:3000',
      'outcomes-consumer:3030',
      'region-de:3010',
      'region-us:3010',
      'webhook-notifier:3020',
    ]);
  });

  it.each(rules.map((rule) => ({ name: rule.alert ?? rule.record ?? '', rule })))(
    '$name uses metrics and labels that exist',
    ({ rule }) => {
      expect(metricsOf(rule.expr).filter((name) => !knownMetrics().has(name))).toEqual([]);
      expect(unknownLabels(rule.expr)).toEqual([]);
    },
  );

  it.each(alerts)(
    '$alert says how urgent it is, what is wrong, and which runbook there is',
    ({ alert, labels, annotations }) => {
      expect(['page', 'ticket']).toContain(labels?.['severity']);
      expect(annotations?.['summary']).toBeDefined();
      expect(annotations?.['runbook_url']).toBe(`docs/operations.md#${alert.toLowerCase()}`);
      expect(operations).toContain(`\n### ${alert}\n`);
    },
  );

  it('has no runbook of an alert that is not there', () => {
    const headings = [...operations.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(headings.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });

  it('covers what must not go unseen, and counts no data as firing where work is late', () => {
    const used = new Set(alerts.flatMap(({ expr }) => metricsOf(expr)));
    expect([...used]).toEqual(
      expect.arrayContaining([
        'switchyard_delivery_lateness_seconds',
        'switchyard_oldest_undelivered_seconds',
        'switchyard_region_circuit_state',
        'switchyard_deliveries_total',
        'switchyard_usage_lag_records',
        'switchyard_apps_disabled_total',
      ]),
    );
    for (const metric of [
      'switchyard_delivery_lateness_seconds',
      'switchyard_usage_lag_records',
      'switchyard_sweeps_total',
    ]) {
      expect(alerts.some(({ expr }) => expr.includes(`absent(${metric})`))).toBe(true);
    }
  });
});

describe('docker/grafana', () => {
  it('provisions the folder that compose.yaml mounts', () => {
    const { providers } = readYaml<{ providers: { options: { path: string } }[] }>(
      'docker',
      'grafana',
      'provisioning',
      'dashboards',
      'switchyard.yaml',
    );
    expect(readText('docker', 'compose.yaml')).toContain(`./grafana/dashboards:${providers[0]?.options.path}:ro`);
  });

  it('has dashboards of different ids and titles', () => {
    for (const key of ['uid', 'title'] as const) {
      expect(new Set(dashboards.map(({ board }) => board[key])).size).toBe(dashboards.length);
    }
    expect(dashboards.length).toBeGreaterThan(3);
  });

  it.each(panels)('$name: "$title" uses metrics and labels that exist', ({ targets }) => {
    expect(targets.length).toBeGreaterThan(0);
    for (const { expr } of targets) {
      const recorded = rules.some(({ record }) => record !== undefined && expr.includes(record));
      expect(recorded || expr.includes('up{') || metricsOf(expr).length > 0).toBe(true);
      expect(metricsOf(expr).filter((name) => !knownMetrics().has(name))).toEqual([]);
      expect(unknownLabels(expr)).toEqual([]);
    }
  });
});

describe('docs/operations.md', () => {
  it('names only settings, metrics and commands that there are', () => {
    const settings = [...operations.matchAll(/\b(SWITCHYARD|WEBHOOKS)_[A-Z_]+\b/g)].map(([name]) => name);
    const page = readText('docs', 'settings.md');
    // SWITCHYARD_GATEWAY is the command line's own.
    expect(settings.filter((name) => name !== 'SWITCHYARD_GATEWAY' && !page.includes(`\`${name}\``))).toEqual([]);
    expect(metricsOf(operations).filter((name) => !knownMetrics().has(name))).toEqual([]);
    const program = readText('tools', 'cli', 'src', 'program.ts');
    const commands = [...operations.matchAll(/npm run switchyard -- ([a-z-]+)/g)].map(([, name = '']) => name);
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.filter((name) => !program.includes(`'${name}'`))).toEqual([]);
  });
});
