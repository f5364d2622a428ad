import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressTable } from './address-table';
import { PortChooser } from './choose-port';
import { readCommand } from './command-line';
import { makeDataFolder } from './data-folder';
import { findRunningFleet, removeDescription, writeDescription } from './fleet-description';
import type { FleetDescription } from './fleet-description';
import { fleetSecrets } from './fleet-secrets';
import { SLACK_SAMPLES } from '@switchyard/slack-stand-in';
import { REGION_SAMPLES } from './region-samples';
import { SAMPLE_INTEGRATIONS, SAMPLE_ORGANIZATIONS, sampleRegions } from './samples';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-fleet-spec-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe(fleetSecrets.name, () => {
  it('makes secrets once, for their owner alone, and keeps them', () => {
    const secrets = fleetSecrets(folder);
    expect(fleetSecrets(folder)).toEqual(secrets);
    expect(new Set(Object.values(secrets)).size).toBe(5);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{}', 'null', 'not json'])('does not replace a file that is damaged: %j', (text) => {
    writeFileSync(join(folder, 'secrets.json'), text);
    expect(() => fleetSecrets(folder)).toThrow('--reset');
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).toBe(text);
  });

  it.each([
    { siloKeys: 'x' },
    { encryptionKeys: 'local:c2hvcnQ=' },
    { adminToken: '' },
    { slackSigningSecret: 7 },
    { githubWebhookSecret: undefined },
  ])('does not hand the apps what they refuse: %j', (change) => {
    const secrets = fleetSecrets(folder);
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ ...secrets, ...change }));
    expect(() => fleetSecrets(folder)).toThrow('is damaged');
  });

  it('takes a list of keys, so that one can be rotated', () => {
    const secrets = fleetSecrets(folder);
    const rotated = { ...secrets, siloKeys: `${secrets.siloKeys.replace('local', 'new')},${secrets.siloKeys}` };
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(rotated));
    expect(fleetSecrets(folder)).toEqual(rotated);
  });

  it('makes no new keys for data that the old ones sealed', () => {
    mkdirSync(join(folder, 'postgres', 'cluster'), { recursive: true });
    expect(() => fleetSecrets(folder)).toThrow(/is missing.*--reset/);
    expect(existsSync(join(folder, 'secrets.json'))).toBe(false);
  });

  it('says so when something else has the name', () => {
    mkdirSync(join(folder, 'secrets.json'));
    expect(() => fleetSecrets(folder)).toThrow('cannot be read (EISDIR)');
  });
});

describe(makeDataFolder.name, () => {
  it('makes it, and leaves one that is there alone', () => {
    const dataDir = join(folder, 'a', 'b');
    makeDataFolder(dataDir);
    writeFileSync(join(dataDir, 'logs', 'x.log'), 'x');
    makeDataFolder(dataDir);
    expect(readdirSync(join(dataDir, 'logs'))).toEqual(['x.log']);
  });

  it('says what to do when a file is in the way', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeDataFolder(join(folder, 'file'))).toThrow(/cannot be written .*--data-dir/);
  });
});

describe(PortChooser.name, () => {
  it('takes the next port when the preferred one is in use, and none twice', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const chooser = new PortChooser();
    const chosen = [await chooser.choose(port), await chooser.choose(port), await chooser.choose(0)];
    expect(chosen).not.toContain(port);
    expect(new Set(chosen).size).toBe(3);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe(readCommand.name, () => {
  it('has defaults for a first start', () => {
    expect(readCommand([])).toEqual({
      kind: 'start',
      isReset: false,
      hasSamples: true,
      hasAnyPorts: false,
      isJson: false,
      dataDir: '.switchyard',
    });
  });

  it('reads its options, and names one that it does not have', () => {
    expect(readCommand(['--reset', '--json', '--no-samples'])).toMatchObject({
      isReset: true,
      isJson: true,
      hasSamples: false,
    });
    expect(readCommand(['--rest'])).toMatchObject({ kind: 'mistake', message: expect.stringContaining('--rest') });
    expect(readCommand(['--help'])).toEqual({ kind: 'help' });
    expect(readCommand(['--any-ports', '--data-dir', '/tmp/x'])).toMatchObject({
      hasAnyPorts: true,
      dataDir: '/tmp/x',
    });
  });

  it.each([[['--data-dir']], [['--data-dir', '']], [['stray']], [['--json=yes']]])('is a mistake: %j', (args) => {
    // An empty folder name would be the folder that one stands in.
    expect(readCommand(args)).toMatchObject({ kind: 'mistake' });
  });
});

const description: FleetDescription = {
  startedAt: '2026-11-20T12:00:00Z',
  pid: process.pid,
  adminToken: 'token',
  addresses: {
    gateway: 'http://g',
    gateways: ['http://g'],
    regions: { us: 'http://us' },
    notifier: 'n',
    outcomes: 'o',
    mailPage: 'm',
    smtp: 's',
    slack: 'k',
  },
  processes: [],
  databases: {},
  secrets: { slackSigningSecret: '', githubWebhookSecret: '' },
  callbackOrigin: 'http://c',
};

describe(findRunningFleet.name, () => {
  it('finds a fleet whose process lives, and its file is for its owner alone', () => {
    writeDescription(folder, description);
    expect(findRunningFleet(folder)).toEqual(description);
    expect(statSync(join(folder, 'fleet.json')).mode & 0o777).toBe(0o600);
    removeDescription(folder);
    expect(existsSync(join(folder, 'fleet.json'))).toBe(false);
  });

  it('does not take a stranger with the same number for it', () => {
    writeDescription(folder, { ...description, processStartTime: '1' });
    expect(findRunningFleet(folder)).toBeUndefined();
  });

  it.each(['', 'null', '{"pid":"1"}', '{"adminToken":'])('takes a file that is damaged for none: %j', (text) => {
    writeFileSync(join(folder, 'fleet.json'), text);
    expect(findRunningFleet(folder)).toBeUndefined();
  });

  it('is written in one step and leaves no draft', () => {
    writeDescription(folder, description);
    writeDescription(folder, { ...description, adminToken: 'other' });
    expect(readdirSync(folder)).toEqual(['fleet.json']);
    expect(findRunningFleet(folder)?.adminToken).toBe('other');
  });

  it('does not remove the file of another fleet', () => {
    writeDescription(folder, { ...description, pid: process.ppid });
    removeDescription(folder);
    expect(existsSync(join(folder, 'fleet.json'))).toBe(true);
  });
});

describe(addressTable.name, () => {
  it('has the addresses one needs first', () => {
    expect(addressTable(description)).toContain('http://g/extensions/<provider>/');
  });

  it('has a row for each region, in columns', () => {
    const regions = { us: 'http://us', de: 'http://de' };
    const lines = addressTable({ ...description, addresses: { ...description.addresses, regions } }).split('\n');
    expect(lines.filter((line) => line.includes('Region'))).toHaveLength(2);
    expect(new Set(lines.map((line) => /^ {2}\S.*? {2,}/.exec(line)?.[0].length)).size).toBe(1);
  });
});

describe('the sample directory', () => {
  it('has integrations in one region and in both', () => {
    const regions = SAMPLE_INTEGRATIONS.map((integration) => sampleRegions(integration).join());
    expect(new Set(regions)).toEqual(new Set(['us', 'de', 'de,us']));
  });

  it('names only organizations that it has, and each integration once', () => {
    const known = SAMPLE_ORGANIZATIONS.map(({ id }) => id);
    expect(known).toEqual(
      expect.arrayContaining(SAMPLE_INTEGRATIONS.flatMap(({ organizationIds }) => organizationIds)),
    );
    const names = SAMPLE_INTEGRATIONS.map(({ provider, externalId }) => `${provider}:${externalId}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('posts alerts only where the stand-in of Slack has a channel, and the organization a workspace', () => {
    for (const { organizationId, rule, members } of REGION_SAMPLES) {
      for (const { team, channel } of rule.channels) {
        const integration = SAMPLE_INTEGRATIONS.find(({ externalId }) => externalId === team);
        expect(integration?.organizationIds).toContain(organizationId);
        const workspace = SLACK_SAMPLES.find(({ teamId }) => teamId === team);
        expect(workspace?.channels.map(({ id }) => id)).toContain(channel);
        const known = members.map(({ slackUserId }) => slackUserId);
        expect(known.some((id) => workspace?.people.some((person) => person.id === id))).toBe(true);
      }
    }
  });

  it('has every installation that the examples of GitHub name', () => {
    const known = SAMPLE_INTEGRATIONS.filter(({ provider }) => provider === 'github').map((one) => one.externalId);
    expect(known).toEqual(expect.arrayContaining(installationsOfExamples()));
  });
});

/** Ids of `installation` in the bodies, as GitHub sends them. */
function installationsOfExamples(): readonly string[] {
  const definitions = JSON.parse(readFileSync(require.resolve('@octokit/webhooks-examples'), 'utf8')) as {
    readonly examples: readonly { readonly installation?: { readonly id?: number } }[];
  }[];
  const ids = definitions.flatMap(({ examples }) => examples.map(({ installation }) => installation?.id));
  return [...new Set(ids.filter((id) => id !== undefined).map(String))];
}
