import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressTable } from './address-table';
import { PortChooser } from './choose-port';
import { readCommand } from './command-line';
import { findRunningFleet, removeDescription, writeDescription } from './fleet-description';
import type { FleetDescription } from './fleet-description';
import { fleetSecrets } from './fleet-secrets';
import { SAMPLE_INTEGRATIONS, sampleRegions } from './samples';

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

  it.each(['', '{}', 'not json'])('does not replace a file that is damaged: %j', (text) => {
    writeFileSync(join(folder, 'secrets.json'), text);
    expect(() => fleetSecrets(folder)).toThrow('--reset');
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).toBe(text);
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
  });
});

const description: FleetDescription = {
  startedAt: '2026-11-20T12:00:00Z',
  pid: process.pid,
  adminToken: 'token',
  addresses: {
    gateway: 'http://g',
    regions: { us: 'http://us' },
    notifier: 'n',
    outcomes: 'o',
    mailPage: 'm',
    smtp: 's',
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
});

describe('the sample directory', () => {
  it('has integrations in one region and in both', () => {
    const regions = SAMPLE_INTEGRATIONS.map((integration) => sampleRegions(integration).join());
    expect(new Set(regions)).toEqual(new Set(['us', 'de', 'de,us']));
  });
});
