import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { listenerLimits } from './listener-limits';

let adapter: FastifyAdapter;
let port: number;
beforeAll(async () => {
  adapter = new FastifyAdapter(listenerLimits({ headersTimeoutMs: 600, requestTimeoutMs: 900 }));
  const fastify = adapter.getInstance();
  fastify.post('/', (_request, reply) => reply.send('taken'));
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  port = (fastify.server.address() as AddressInfo).port;
});
afterAll(() => adapter.close());

/** What comes back for bytes that are sent, until the other side closes. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
      if (answer.includes('taken')) socket.end();
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
const HEAD = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n';

describe(listenerLimits.name, () => {
  it('ends senders that are slow with the head or with the body, and disturbs nobody beside them', async () => {
    const slow = [exchange(HEAD), exchange(`${HEAD}Content-Length: 5\r\n\r\nab`)];
    expect(await exchange(`${HEAD}Content-Length: 5\r\n\r\nabcde`)).toContain('HTTP/1.1 200');
    for (const answer of await Promise.all(slow)) expect(answer).toContain('HTTP/1.1 408');
  });

  it('takes headers as large as a gateway passes on, and none larger', async () => {
    const withHeader = (size: number) => `${HEAD}X-Large: ${'x'.repeat(size)}\r\nContent-Length: 1\r\n\r\na`;
    expect(await exchange(withHeader(40_000))).toContain('HTTP/1.1 200');
    expect(await exchange(withHeader(70_000))).toContain('HTTP/1.1 431');
  });
});
