import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { isConnectionFailure } from './connection-failure';
import { createPool } from './pool';

describe('isConnectionFailure', () => {
  it('knows a connection that the server closed before it said a word', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const pool = createPool({ url: `postgres://nobody@127.0.0.1:${port}/none`, max: 1, applicationName: 'spec' });
    const error: unknown = await pool.query('SELECT 1').catch((reason: unknown) => reason);
    await pool.end();
    await new Promise((resolve) => server.close(resolve));
    expect(error).toBeInstanceOf(Error);
    expect(isConnectionFailure(error) || 'code' in (error as Error)).toBe(true);
  });

  it('knows a pool that has ended', async () => {
    const pool = createPool({ url: 'postgres://nobody@127.0.0.1:1/none', max: 1, applicationName: 'spec' });
    await pool.end();
    await expect(pool.query('SELECT 1').catch(isConnectionFailure)).resolves.toBe(true);
  });

  it('looks at causes, and takes no other error for one', () => {
    expect(isConnectionFailure(new Error('no', { cause: new Error('Connection terminated unexpectedly') }))).toBe(true);
    expect(isConnectionFailure(new TypeError('x is not a function'))).toBe(false);
    expect(isConnectionFailure('Connection terminated')).toBe(false);
  });
});
