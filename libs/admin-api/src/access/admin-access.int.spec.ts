import { FakeClock } from '@switchyard/primitives';
import { AuditLog } from '@switchyard/audit-log';
import { loadSettings } from '@switchyard/config';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { adminSettings } from '../admin.settings';
import { adminMigrations } from '../migrations';
import { csrfTokenOf, SessionCookies } from '../sessions/cookies';
import { SessionStore } from '../sessions/session.store';
import { sha256 } from '../tokens/admin-token';
import { TokenStore } from '../tokens/token.store';
import { AdminAccess } from './admin-access';
import type { AdminRequest, Verdict } from './admin-access';
import { FailureLimiter } from './failure-limiter';
import type { Principal } from './principal';

const BOOTSTRAP = 'the-token-of-the-settings';
const ADDRESS = '192.0.2.7';

let database: TemporaryDatabase;
let tokens: TokenStore;
beforeAll(async () => {
  database = await temporaryDatabase(adminMigrations);
  tokens = new TokenStore(database.pool);
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('TRUNCATE admin_token, admin_session, audit_log'));

function start(bootstrap = BOOTSTRAP) {
  const { admin } = loadSettings({ admin: adminSettings }, { SWITCHYARD_ADMIN_TOKEN: bootstrap });
  const clock = new FakeClock(0);
  const sessions = new SessionStore(database.pool, {
    idleMinutes: 60,
    hoursMax: 12,
    bootstrapDigest: sha256(sha256(bootstrap)),
  });
  const cookies = new SessionCookies('spec', false);
  const access = new AdminAccess(admin, tokens, sessions, cookies, new FailureLimiter(clock));
  return { access, clock, sessions };
}

const request = (headers: AdminRequest['headers'], method = 'GET', remoteAddress = ADDRESS) =>
  ({ headers, method, socket: { remoteAddress } }) as unknown as AdminRequest;
const bearer = (token: string, method = 'GET', address = ADDRESS) =>
  request({ authorization: `Bearer ${token}` }, method, address);
const outcomeOf = (verdict: Verdict) =>
  verdict.kind === 'known' ? verdict.principal.name : `${verdict.status} ${verdict.reason}`;

async function make(name: string, scope: 'viewer' | 'operator' | 'admin' = 'viewer') {
  const made = await tokens.create({ name, scope, expiresInDays: 1 }, 'spec');
  if (made === undefined) throw new Error('the name is taken');
  return made;
}

describe('tokens', () => {
  it('the one of the settings is an admin; another, or none, is refused', async () => {
    const { access } = start();
    expect(outcomeOf(await access.check(bearer(BOOTSTRAP), 'admin'))).toBe('admin-token');
    expect(outcomeOf(await access.check(bearer(`${BOOTSTRAP}x`), 'viewer'))).toBe('401 wrong_token');
    expect(outcomeOf(await access.check(request({}), 'viewer'))).toBe('401 no_token');
    expect(outcomeOf(await access.check(request({ authorization: `Basic ${BOOTSTRAP}` }), 'viewer'))).toBe(
      '401 no_token',
    );
  });

  it('a personal one lets in up to its scope, and 403 names the scope wanted', async () => {
    const { access } = start();
    const { token } = await make('ci', 'operator');
    expect(token).toMatch(/^swy_[\w-]{43}$/);
    expect(outcomeOf(await access.check(bearer(token), 'viewer'))).toBe('ci');
    expect(outcomeOf(await access.check(bearer(token), 'operator'))).toBe('ci');
    expect(await access.check(bearer(token), 'admin')).toMatchObject({
      status: 403,
      detail: 'this needs the scope admin, and ci has operator',
    });
  });

  it.each([
    ['expired', `UPDATE admin_token SET expires_at = now()`],
    ['revoked', `UPDATE admin_token SET revoked_at = now()`],
  ])('an %s one is refused', async (_what, sql) => {
    const { access } = start();
    const { token } = await make('ci');
    await database.pool.query(sql);
    expect(outcomeOf(await access.check(bearer(token), 'viewer'))).toBe('401 wrong_token');
  });

  it('are kept as a digest only, and so is what the audit log knows of them', async () => {
    const { token } = await make('ci');
    const { rows } = await database.pool.query(
      `SELECT to_jsonb(admin_token)::text AS row FROM admin_token UNION ALL SELECT detail::text FROM audit_log`,
    );
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
  });

  it('remember when they were used, once a minute', async () => {
    const { token } = await make('ci');
    const used = async () => (await tokens.list(1))[0]?.lastUsedAt?.getTime();
    expect(await used()).toBeUndefined();
    await tokens.use(token);
    const first = await used();
    expect(first).toBeDefined();
    await tokens.use(token);
    expect(await used()).toBe(first);
    await database.pool.query(`UPDATE admin_token SET last_used_at = now() - interval '61 seconds'`);
    await tokens.use(token);
    expect(await used()).toBeGreaterThanOrEqual(first as number);
  });

  it('have names of their own, whatever the case, until they are revoked', async () => {
    const { record } = await make('ada');
    expect(await tokens.create({ name: 'Ada', scope: 'viewer', expiresInDays: 1 }, 'spec')).toBeUndefined();
    expect(await tokens.create({ name: 'Admin-Token', scope: 'viewer', expiresInDays: 1 }, 'spec')).toBeUndefined();
    expect(await tokens.revoke(record.id, 'spec')).toBe(true);
    expect(await tokens.revoke(record.id, 'spec')).toBe(false);
    await make('ADA');
    const entries = await new AuditLog(database.pool).list(10);
    expect(entries.map(({ action, subject, actor }) => [action, subject, actor])).toEqual([
      ['token_create', 'token ADA', 'spec'],
      ['token_revoke', 'token ada', 'spec'],
      ['token_create', 'token ada', 'spec'],
    ]);
  });
});

describe('wrong tokens', () => {
  it('ten from one address: then 429 for it, even with the right one, and nobody else', async () => {
    const { access, clock } = start();
    for (let guess = 0; guess < 10; guess++) {
      expect(outcomeOf(await access.check(bearer(`guess-${guess}`), 'viewer'))).toBe('401 wrong_token');
    }
    expect(await access.check(bearer(BOOTSTRAP), 'viewer')).toMatchObject({
      status: 429,
      reason: 'rate_limited',
      retryAfterSeconds: 60,
    });
    expect(outcomeOf(await access.check(bearer(BOOTSTRAP, 'GET', '192.0.2.8'), 'viewer'))).toBe('admin-token');
    clock.advance(60_000);
    expect(outcomeOf(await access.check(bearer(BOOTSTRAP), 'viewer'))).toBe('admin-token');
  });

  it('no token at all is no guess', async () => {
    const { access } = start();
    for (let time = 0; time < 20; time++) await access.check(request({}), 'viewer');
    expect(outcomeOf(await access.check(bearer(BOOTSTRAP), 'viewer'))).toBe('admin-token');
  });
});

describe('sessions', () => {
  const ada: Principal = { name: 'ada', scope: 'operator', isSession: false };
  const withCookie = (id: string, headers: AdminRequest['headers'] = {}, method = 'GET') =>
    request({ cookie: `a=b; switchyard-spec=${id}`, ...headers }, method);

  it('let in whose they are; a change needs the proof that a page of ours sent it', async () => {
    const { access, sessions } = start();
    const { id } = await sessions.open(ada, 'oidc');
    expect(outcomeOf(await access.check(withCookie(id), 'viewer'))).toBe('ada');
    expect(outcomeOf(await access.check(withCookie(id, {}, 'POST'), 'operator'))).toBe('403 csrf');
    const proof = { 'sec-fetch-site': 'same-origin', 'x-xsrf-token': csrfTokenOf(id) };
    expect(outcomeOf(await access.check(withCookie(id, proof, 'POST'), 'operator'))).toBe('ada');
    expect(outcomeOf(await access.check(withCookie(id, proof, 'POST'), 'admin'))).toBe('403 scope');
    expect(JSON.stringify((await database.pool.query('SELECT * FROM admin_session')).rows)).not.toContain(id);
  });

  it.each([
    ['idle for too long', `UPDATE admin_session SET seen_at = now() - interval '61 minutes'`],
    ['too old', `UPDATE admin_session SET expires_at = now()`],
  ])('are over when they are %s', async (_what, sql) => {
    const { access, sessions } = start();
    const { id } = await sessions.open(ada, 'oidc');
    await database.pool.query(sql);
    expect(outcomeOf(await access.check(withCookie(id), 'viewer'))).toBe('401 no_token');
  });

  it('stay while they are used', async () => {
    const { access, sessions } = start();
    const { id } = await sessions.open(ada, 'oidc');
    for (let time = 0; time < 2; time++) {
      await database.pool.query(`UPDATE admin_session SET seen_at = seen_at - interval '40 minutes'`);
      expect(outcomeOf(await access.check(withCookie(id), 'viewer'))).toBe('ada');
    }
  });

  it('are over when they are closed, and when their token is revoked or the one of the settings is another', async () => {
    const { access, sessions } = start();
    const { record } = await make('ci');
    const closed = await sessions.open(ada, 'oidc');
    const ofToken = await sessions.open({ ...ada, tokenId: record.id }, 'token');
    const ofBootstrap = await sessions.open(ada, 'bootstrap');
    for (const { id } of [closed, ofToken, ofBootstrap]) {
      expect(outcomeOf(await access.check(withCookie(id), 'viewer'))).toBe('ada');
    }
    await sessions.close(closed.id);
    await tokens.revoke(record.id, 'spec');
    const { access: later } = start('another-token-of-the-settings');
    for (const { id } of [closed, ofToken, ofBootstrap]) {
      expect(outcomeOf(await later.check(withCookie(id), 'viewer'))).toBe('401 no_token');
    }
  });
});
