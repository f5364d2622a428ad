import { freePort, rawExchange, startSink, waitFor } from './index';
import type { Sink } from './index';

describe('waitFor', () => {
  it('resolves to the first answer that is one, and takes a throw for "not yet"', async () => {
    const answers = [() => undefined, () => false, () => fail(), () => 0];
    expect(await waitFor(() => answers.shift()?.(), { everyMs: 1, description: 'a number' })).toBe(0);
  });

  it('says what it waited for and what it saw last', async () => {
    const waiting = waitFor(() => fail(), { timeoutMs: 5, everyMs: 1, description: 'the moon' });
    await expect(waiting).rejects.toThrow(/waited 5 ms for the moon; last: Error: no such thing/);
  });

  const fail = (): never => {
    throw new Error('no such thing');
  };
});

describe('startSink and rawExchange', () => {
  let sink: Sink;
  beforeEach(async () => {
    sink = await startSink();
  });
  afterEach(() => sink.close());

  it('notes requests byte for byte', async () => {
    const body = Buffer.from([0, 255, 13, 10]);
    const head = `POST /a//b?x=%2F HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nx-twice: 2\r\nContent-Length: 4\r\nConnection: close\r\n\r\n`;
    const answer = await rawExchange(sink.port, [head, body]);
    expect(answer).toMatchObject({ status: 200, end: 'closed' });
    const [request] = await sink.received(1);
    expect(request).toMatchObject({ method: 'POST', url: '/a//b?x=%2F', body });
    expect(request?.rawHeaders.slice(2, 6)).toEqual(['X-Twice', '1', 'x-twice', '2']);
    expect(request?.header('x-twice')).toBe('1, 2');
  });

  it('follows its script, and keeps to the last answer', async () => {
    sink.script({ status: 503, body: 'later' }, { kind: 'reset' }, { status: 201, delayMs: 5 });
    const answers: unknown[] = [];
    for (let count = 0; count < 4; count++)
      answers.push(
        await fetch(sink.origin, { method: 'POST' }).then(
          (response) => response.status,
          () => 'failed',
        ),
      );
    expect(answers).toEqual([503, 'failed', 201, 201]);
  });

  it('hangs when told to', async () => {
    sink.script({ kind: 'hang' });
    expect(await rawExchange(sink.port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n', { idleMs: 50 })).toMatchObject({
      status: undefined,
      end: 'timeout',
    });
    expect(sink.requests).toHaveLength(1);
  });

  it('shows what a server says to nonsense', async () => {
    expect(await rawExchange(sink.port, 'NONSENSE\r\n\r\n')).toMatchObject({ status: 400, end: 'closed' });
    await expect(rawExchange(await freePort(), 'x')).rejects.toThrow('ECONNREFUSED');
  });
});
