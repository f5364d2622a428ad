import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createToken, revokeToken, tokens } from './commands/tokens';
import { AdminClient } from './gateway-client';
import { Output } from './output';

const record = {
  id: '3',
  name: 'ci',
  scope: 'operator',
  createdBy: 'admin-token',
  expiresAt: '2027-01-01T00:00:00.000Z',
  lastUsedAt: null,
  revokedAt: null,
};

/** Stands for the gateway: notes what is asked. */
let server: Server;
let asked: string[];
let client: AdminClient;
let printed: string;
const output = new Output(false, (text) => (printed += text));

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${body}`.trim());
      if (request.method === 'DELETE') response.writeHead(204).end();
      else if (request.method === 'POST') response.end(JSON.stringify({ ...record, token: 'swy_shown-once' }));
      else response.end(JSON.stringify({ items: [record], next: null }));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  client = new AdminClient({ app: 'gateway', origin: `http://127.0.0.1:${port}`, token: 't' });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  asked = [];
  printed = '';
});

describe('switchyard tokens', () => {
  it('create shows the token and until when it is good', async () => {
    await createToken(client, 'ci', { scope: 'operator', days: '30' }, output);
    expect(asked).toEqual(['POST /admin/api/tokens {"name":"ci","scope":"operator","expiresInDays":30}']);
    expect(printed).toMatch(/^swy_shown-once\n.*2027-01-01/);
  });

  it('create asks for a number of days', async () => {
    await expect(createToken(client, 'ci', { scope: 'viewer', days: 'many' }, output)).rejects.toThrow('--days');
    expect(asked).toEqual([]);
  });

  it('list has a line for each', async () => {
    await tokens(client, output);
    expect(printed.split('\n')[1]).toMatch(/^3 +ci +operator +admin-token/);
  });

  it('revoke names it', async () => {
    await revokeToken(client, '3', output);
    expect(asked).toEqual(['DELETE /admin/api/tokens/3']);
    expect(printed).toContain('token 3');
  });
});
