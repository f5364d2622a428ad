import { generateKey, KeyRing } from '@switchyard/database';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { seededRandom, systemClock } from '@switchyard/primitives';
import { silentLogger } from '@switchyard/telemetry';
import { DataSource } from 'typeorm';
import { DirectoryCache } from './directory.cache';
import { DirectoryConflictError, DirectoryReferenceError } from './directory.error';
import { directoryEntities } from './directory.module';
import { DirectoryService } from './directory.service';
import { IntegrationLookup } from './integration.lookup';
import type { FoundIntegration } from './integration.lookup';
import { directoryMigrations } from './migrations';

const keys = KeyRing.parse(generateKey('k1'));
const isKnownRegion = (region: string): boolean => ['de', 'us'].includes(region);
const PAGE = { limit: 100 };

let database: TemporaryDatabase;
let source: DataSource;
let directory: DirectoryService;
let lookup: IntegrationLookup;

beforeAll(async () => {
  database = await temporaryDatabase(directoryMigrations);
  source = await new DataSource({ type: 'postgres', url: database.url, entities: directoryEntities }).initialize();
  directory = new DirectoryService(source, keys, isKnownRegion, systemClock);
  lookup = new IntegrationLookup(database.pool, keys, isKnownRegion);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});
beforeEach(() => database.pool.query('TRUNCATE integration, organization_integration, organization_mapping'));

const map = (id: string, region: string, status: 'active' | 'disabled' = 'active') =>
  directory.putMapping(id, { slug: `org-${id}`, name: `Org ${id}`, region, status });

/** An integration with active installations for the given organizations. */
async function install(externalId: string, ...organizationIds: string[]): Promise<void> {
  await directory.putIntegration('github', externalId, { name: 'gh' });
  for (const id of organizationIds) await directory.putInstallation('github', externalId, id, {});
}

/** Asks until the answer is as wanted. The promise is a second; the limit leaves room for a machine that is busy. */
async function eventually(ask: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + 10_000;
  while (!(await ask())) {
    if (performance.now() > endsAt) throw new Error('not within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe(DirectoryService.name, () => {
  it('puts and gives back; the same again changes nothing', async () => {
    await expect(map('1', 'us')).resolves.toMatchObject({
      isCreated: true,
      resource: { region: 'us', status: 'active' },
    });
    await expect(map('1', 'us')).resolves.toMatchObject({ isCreated: false });
    await expect(map('1', 'de')).resolves.toMatchObject({ isCreated: false, resource: { region: 'de' } });
    await expect(directory.getMapping('1')).resolves.toMatchObject({ slug: 'org-1', region: 'de' });
  });

  it('a repeat writes nothing, so that no cache is emptied for it', async () => {
    await directory.putIntegration('github', '1', {
      name: 'gh',
      metadata: { b: 1, a: 2 },
      secrets: { webhookSecrets: ['s'] },
    });
    const versionOf = async () => (await database.pool.query('SELECT xmin, date_updated FROM integration')).rows;
    const before = await versionOf();
    await directory.putIntegration('github', '1', {
      name: 'gh',
      metadata: { a: 2, b: 1 },
      secrets: { webhookSecrets: ['s'] },
    });
    expect(await versionOf()).toEqual(before);
  });

  it('two at once for one key: both succeed, one creates', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, () => directory.putIntegration('slack', 'T1', { name: 's' })),
    );
    expect(results.filter(({ isCreated }) => isCreated)).toHaveLength(1);
    await expect(directory.listIntegrations(PAGE)).resolves.toHaveLength(1);
  });

  it('refuses a slug that is taken, a region that is not configured, an integration that is not there', async () => {
    await map('1', 'us');
    await expect(directory.putMapping('2', { slug: 'org-1', name: 'x', region: 'us' })).rejects.toThrow(
      DirectoryConflictError,
    );
    await expect(map('2', 'mars')).rejects.toThrow(DirectoryReferenceError);
    await expect(directory.putInstallation('github', '404', '1', {})).rejects.toThrow(DirectoryReferenceError);
  });

  it('keeps secrets sealed: not in the row, not in what is read back; absent leaves them, null removes them', async () => {
    await directory.putIntegration('github', '1', { name: 'gh', secrets: { webhookSecrets: ['hunter2', 'older'] } });
    const { rows } = await database.pool.query('SELECT integration::text AS row FROM integration');
    expect(rows[0].row).not.toContain('hunter2');
    expect(rows[0].row).not.toContain(Buffer.from('hunter2').toString('hex'));
    const stored = await directory.getIntegration('github', '1');
    expect(JSON.stringify(stored)).not.toContain('sealedSecrets');
    expect(stored?.secretCount).toBe(2);
    await directory.putIntegration('github', '1', { name: 'renamed' });
    await expect(lookup.find('github', '1')).resolves.toMatchObject({ webhookSecrets: ['hunter2', 'older'] });
    await directory.putIntegration('github', '1', { name: 'renamed', secrets: null });
    await expect(lookup.find('github', '1')).resolves.toMatchObject({ webhookSecrets: [] });
  });

  it('pages in the order of ids, as numbers', async () => {
    for (const id of ['10', '9', '100', '1']) await map(id, 'us');
    const first = await directory.listMappings({ limit: 3 });
    expect(first.map(({ organizationId }) => organizationId)).toEqual(['1', '9', '10']);
    const rest = await directory.listMappings({ limit: 3, after: '10' });
    expect(rest.map(({ organizationId }) => organizationId)).toEqual(['100']);
  });

  it('switches an integration and leaves the rest of it', async () => {
    await directory.putIntegration('github', '1', {
      name: 'gh',
      metadata: { a: 1 },
      secrets: { webhookSecrets: ['s'] },
    });
    await directory.switchIntegration('github', '1', 'disabled', 'other');
    await expect(directory.getIntegration('github', '1')).resolves.toMatchObject({
      status: 'disabled',
      name: 'gh',
      metadata: { a: 1 },
      secretCount: 1,
    });
    await directory.switchIntegration('github', '2', 'disabled', 'never seen');
    await expect(directory.getIntegration('github', '2')).resolves.toBeNull();
    await directory.switchIntegration('github', '2', 'active', 'new');
    await expect(directory.getIntegration('github', '2')).resolves.toMatchObject({ status: 'active', name: 'new' });
  });
});

describe(IntegrationLookup.name, () => {
  it('B9, B10: three organizations, two regions: each region once, sorted', async () => {
    await map('1', 'us');
    await map('2', 'us');
    await map('3', 'de');
    await install('7', '1', '2', '3');
    await expect(lookup.find('github', '7')).resolves.toMatchObject({
      organizationIds: ['1', '2', '3'],
      regions: ['de', 'us'],
    });
  });

  it('W-26: never finds "any integration of this provider"', async () => {
    await install('7');
    await expect(lookup.find('github', '')).resolves.toBeUndefined();
    await expect(lookup.find('slack', '7')).resolves.toBeUndefined();
  });

  it('W-15: without mapping there are organizations and no regions', async () => {
    await install('7', '1');
    await expect(lookup.find('github', '7')).resolves.toMatchObject({ organizationIds: ['1'], regions: [] });
  });

  it('W-16: only what is active counts: integration, installation, mapping', async () => {
    await map('1', 'us');
    await map('2', 'de');
    await install('7', '1', '2');
    await directory.putInstallation('github', '7', '1', { status: 'disabled' });
    await expect(lookup.find('github', '7')).resolves.toMatchObject({ organizationIds: ['2'], regions: ['de'] });
    await map('2', 'de', 'disabled');
    await expect(lookup.find('github', '7')).resolves.toMatchObject({ organizationIds: ['2'], regions: [] });
    await directory.putIntegration('github', '7', { name: 'gh', status: 'pending_deletion' });
    await expect(lookup.find('github', '7')).resolves.toBeUndefined();
  });

  it('leaves out a region that is not configured', async () => {
    await map('1', 'us');
    await install('7', '1');
    await database.pool.query(`UPDATE organization_mapping SET region_name = 'gone'`);
    await expect(lookup.find('github', '7')).resolves.toMatchObject({ regions: [] });
  });

  it('uses its indexes, whatever the size of the tables', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('SET enable_seqscan = off');
      const { rows } = await client.query(`EXPLAIN SELECT 1 FROM integration i
        LEFT JOIN organization_integration oi ON oi.integration_id = i.id AND oi.status = 0
        LEFT JOIN organization_mapping m ON m.organization_id = oi.organization_id
        WHERE i.provider = 'github' AND i.external_id = '7'`);
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).not.toContain('Seq Scan');
    } finally {
      client.release(true);
    }
  });
});

describe(DirectoryCache.name, () => {
  const caches: DirectoryCache[] = [];

  /** Counts the questions that reach the database. */
  async function openCache(entriesMax = 100) {
    const asked: string[] = [];
    const counting = {
      find: (provider: string, externalId: string): Promise<FoundIntegration | undefined> => {
        asked.push(externalId);
        return lookup.find(provider, externalId);
      },
      findById: (provider: string, id: string) => {
        asked.push(`id ${id}`);
        return lookup.findById(provider, id);
      },
      findOrganization: (provider: string, organizationId: string) => {
        asked.push(`organization ${organizationId}`);
        return lookup.findOrganization(provider, organizationId);
      },
    };
    const cache = new DirectoryCache({
      lookup: counting,
      databaseUrl: database.url,
      entriesMax,
      clock: systemClock,
      logger: silentLogger,
    });
    caches.push(cache);
    cache.onApplicationBootstrap();
    await eventually(() => Promise.resolve(cache.isCurrent));
    return { cache, asked };
  }

  afterEach(async () => {
    for (const cache of caches.splice(0)) await cache.onApplicationShutdown();
  });

  it('asks once, also for what is not there, and once for many at the same time', async () => {
    await install('7');
    const { cache, asked } = await openCache();
    await Promise.all(Array.from({ length: 20 }, () => cache.findIntegration('github', '7')));
    await cache.findIntegration('github', '404');
    await cache.findIntegration('github', '404');
    expect(asked).toEqual(['7', '404']);
  });

  it('shows a change in every process within a second', async () => {
    await map('1', 'us');
    await install('7', '1');
    const processes = [await openCache(), await openCache()];
    for (const { cache } of processes) await cache.findIntegration('github', '7');
    await map('1', 'de');
    for (const { cache } of processes) {
      await eventually(async () => (await cache.findIntegration('github', '7'))?.regions.join() === 'de');
    }
  });

  it('does not use its memory while the listener is cut off, and forgets it afterwards', async () => {
    await map('1', 'us');
    await install('7', '1');
    const { cache } = await openCache();
    await cache.findIntegration('github', '7');
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'directory-listener' AND datname = current_database()`,
    );
    await map('1', 'de');
    await eventually(async () => (await cache.findIntegration('github', '7'))?.regions.join() === 'de');
    await eventually(() => Promise.resolve(cache.isCurrent));
    await expect(cache.findIntegration('github', '7')).resolves.toMatchObject({ regions: ['de'] });
  });

  it('does not remember an answer that was on its way when something changed', async () => {
    await map('1', 'us');
    await install('7', '1');
    let asked = 0;
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const firstIsSlow = {
      find: async (provider: string, externalId: string) => {
        const isFirst = (asked += 1) === 1;
        const found = await lookup.find(provider, externalId);
        if (isFirst) await released;
        return found;
      },
      findById: lookup.findById.bind(lookup),
      findOrganization: lookup.findOrganization.bind(lookup),
    };
    const cache = new DirectoryCache({
      lookup: firstIsSlow,
      databaseUrl: database.url,
      entriesMax: 10,
      clock: systemClock,
      logger: silentLogger,
    });
    caches.push(cache);
    cache.onApplicationBootstrap();
    await eventually(() => Promise.resolve(cache.isCurrent));
    const stale = cache.findIntegration('github', '7');
    await map('1', 'de');
    // Questions join the slow one until the change is heard; then they are asked anew.
    await eventually(() => {
      void cache.findIntegration('github', '7');
      return Promise.resolve(asked > 1);
    });
    release();
    await stale;
    await eventually(async () => (await cache.findIntegration('github', '7'))?.regions.join() === 'de');
    await expect(cache.findIntegration('github', '7')).resolves.toMatchObject({ regions: ['de'] });
  });

  it('knows an organization with its integrations of one provider, and asks once', async () => {
    await map('5', 'de');
    await install('a', '5');
    await install('b', '5');
    await directory.putIntegration('gitlab', 'c', { name: 'gl' });
    await directory.putInstallation('gitlab', 'c', '5', {});
    await directory.putInstallation('github', 'b', '5', { status: 'disabled' });
    const { cache, asked } = await openCache();
    const found = await cache.findOrganization('github', '5');
    expect(found).toMatchObject({ id: '5', slug: 'org-5', region: 'de' });
    expect(found?.integrations.map(({ externalId }) => externalId)).toEqual(['a']);
    await cache.findOrganization('github', '5');
    expect(asked).toEqual(['organization 5']);
    await expect(cache.findOrganization('bitbucket', '5')).resolves.toMatchObject({ integrations: [] });
  });

  it('W-27 knows an integration by our own id, and only for its provider', async () => {
    await install('a');
    const { id } = (await lookup.find('github', 'a')) ?? { id: '' };
    const { cache, asked } = await openCache();
    await expect(cache.findIntegrationById('github', id)).resolves.toMatchObject({ externalId: 'a' });
    await cache.findIntegrationById('github', id);
    await expect(cache.findIntegrationById('msteams', id)).resolves.toBeUndefined();
    expect(asked).toEqual([`id ${id}`, `id ${id}`]);
    await expect(lookup.findById('github', 'not a number')).resolves.toBeUndefined();
  });

  it.each(['0', '-1', 'x', '1.5', '99999999999999999999', '', '007'])(
    'there is no organization %j, and that is no error of the database',
    async (id) => {
      await expect(lookup.findOrganization('github', id)).resolves.toBeUndefined();
    },
  );

  it('an organization that is not actively mapped is not there', async () => {
    await map('6', 'us', 'disabled');
    await expect(lookup.findOrganization('github', '6')).resolves.toBeUndefined();
  });

  it('remembers no more than it may', async () => {
    const { cache, asked } = await openCache(2);
    for (const id of ['1', '2', '1', '3', '1', '2']) await cache.findIntegration('github', id);
    expect(asked).toEqual(['1', '2', '3', '2']);
  });

  it.each(['x'.repeat(65), 'a\0b'])('asks nobody for an id that cannot be there', async (id) => {
    const { cache, asked } = await openCache();
    await expect(cache.findIntegration('github', id)).resolves.toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('agrees with the database after any changes', async () => {
    const random = seededRandom(20261120);
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)] as Item;
    const { cache } = await openCache();
    for (const id of ['7', '8']) await install(id);
    for (let step = 0; step < 40; step++) {
      const status = pick(['active', 'disabled'] as const);
      const change = pick([
        () => map(pick(['1', '2']), pick(['de', 'us']), status),
        () => directory.putInstallation('github', pick(['7', '8']), pick(['1', '2']), { status }),
        () => directory.putIntegration('github', pick(['7', '8']), { name: `n${step}`, status }),
      ]);
      await change();
      const id = pick(['7', '8', '9']);
      const wanted = JSON.stringify(await lookup.find('github', id));
      await eventually(async () => JSON.stringify(await cache.findIntegration('github', id)) === wanted);
    }
  });
});
