import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '../logger';
import { openOtlpDriver } from './otlp-driver';
import { formatTraceparent, newUnrecordedContext, parseTraceparent } from './trace-context';
import {
  currentTrace,
  currentTraceparent,
  edgeSpan,
  outsideTraces,
  stopTracing,
  useEdgeMode,
  useSpanDriver,
  useTraceIds,
  withSpan,
} from './tracing';

const GIVEN = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly traceId: string }[];
  readonly status?: { readonly code?: number };
}

async function collect(ratio: number, work: () => Promise<unknown>): Promise<SentSpan[]> {
  const spans: SentSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
      };
      for (const { scopeSpans } of sent.resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  useSpanDriver(openOtlpDriver({ service: 'spec', url, ratio }));
  try {
    await work();
  } finally {
    await stopTracing(5_000);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return spans;
}

describe(parseTraceparent.name, () => {
  it('reads what it writes', () => {
    const context = newUnrecordedContext();
    expect(parseTraceparent(formatTraceparent(context))).toEqual(context);
    expect(parseTraceparent(GIVEN)?.isSampled).toBe(true);
  });

  it.each([
    undefined,
    '',
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    `${GIVEN}-more`,
    `01${GIVEN.slice(2)}-${'x'.repeat(200)}`,
  ])('does not take %s', (value) => {
    expect(parseTraceparent(value)).toBeUndefined();
  });

  it('takes a later version that appends', () => {
    expect(parseTraceparent(`01${GIVEN.slice(2)}-more`)?.spanId).toBe('00f067aa0ba902b7');
  });
});

it('without a collector and with ids off, work runs outside of any trace', async () => {
  await withSpan('request', edgeSpan(['traceparent', GIVEN]), async ({ isRecording }) => {
    expect(isRecording).toBe(false);
    expect(currentTraceparent()).toBeUndefined();
  });
});

describe('without a collector', () => {
  beforeAll(() => useTraceIds(true));
  afterAll(() => useTraceIds(false));

  it('work has a trace id, which nested work shares and log lines carry', async () => {
    const lines: string[] = [];
    const logger = createLogger('spec', 'info', { write: (line: string) => void lines.push(line) });
    const ids: unknown[] = [];
    await withSpan('outer', { parent: null }, async () => {
      ids.push(currentTrace()?.traceId);
      await withSpan('inner', {}, async () => {
        ids.push(currentTrace()?.traceId);
        logger.info({ a: 1 }, 'it.happened');
      });
    });
    logger.info({ b: 1 }, 'it.ended');
    const [inside, outside] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(inside).toMatchObject({ trace_id: ids[0], a: 1 });
    expect(outside).not.toHaveProperty('trace_id');
    expect(currentTraceparent()).toBeUndefined();
  });

  it('two requests at once keep their traces apart', async () => {
    const seen = await Promise.all(
      [1, 2].map(() =>
        withSpan('request', { parent: null }, async () => {
          const before = currentTrace()?.traceId;
          await new Promise(setImmediate);
          return [before, currentTrace()?.traceId];
        }),
      ),
    );
    expect(seen[0]?.[0]).toBe(seen[0]?.[1]);
    expect(seen[0]?.[0]).not.toBe(seen[1]?.[0]);
  });

  it('what a request starts for others too is outside of its trace, timers included', async () => {
    await withSpan('request', { parent: null }, async () => {
      const shared = outsideTraces(async () => {
        await new Promise(setImmediate);
        return currentTrace();
      });
      expect(await shared).toBeUndefined();
      expect(currentTrace()).toBeDefined();
    });
  });

  it('goes on with the trace that another app began', async () => {
    const inside = await withSpan('request', { parent: parseTraceparent(GIVEN) }, async () => currentTraceparent());
    expect(inside).toBe(GIVEN);
  });
});

describe('with a collector', () => {
  it('spans arrive with their parents, and a failed one is marked', async () => {
    const spans = await collect(1, () =>
      withSpan('outer', { parent: null }, async () => {
        await withSpan('inner', {}, async () => Promise.reject(new TypeError('secret'))).catch(() => undefined);
      }),
    );
    const outer = spans.find(({ name }) => name === 'outer');
    const inner = spans.find(({ name }) => name === 'inner');
    expect(inner).toMatchObject({ traceId: outer?.traceId, parentSpanId: outer?.spanId, status: { code: 2 } });
    expect(outer?.parentSpanId).toBeUndefined();
    expect(JSON.stringify(spans)).not.toContain('secret');
  });

  it('a stranger at the edge is linked to, or continued when the setting says so', async () => {
    const headers = ['Traceparent', GIVEN];
    const spans = await collect(1, async () => {
      await withSpan('linked', edgeSpan(headers), async () => undefined);
      useEdgeMode('parent');
      await withSpan('continued', edgeSpan(headers), async () => undefined);
      useEdgeMode('link');
    });
    const linked = spans.find(({ name }) => name === 'linked');
    expect(linked?.links).toMatchObject([{ traceId: GIVEN.slice(3, 35) }]);
    expect(linked?.traceId).not.toBe(GIVEN.slice(3, 35));
    expect(spans.find(({ name }) => name === 'continued')).toMatchObject({
      traceId: GIVEN.slice(3, 35),
      parentSpanId: '00f067aa0ba902b7',
    });
  });

  it('at ratio 0 nothing of new traces is sent, but what another app records goes on', async () => {
    const spans = await collect(0, async () => {
      await withSpan('new', { parent: null }, async () => undefined);
      await withSpan('continued', { parent: parseTraceparent(GIVEN) }, async () => undefined);
    });
    expect(spans.map(({ name }) => name)).toEqual(['continued']);
  });

  it('a collector that never answers holds nothing up beyond the limit', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    useSpanDriver(openOtlpDriver({ service: 'spec', url, ratio: 1 }));
    await withSpan('lost', { parent: null }, async () => undefined);
    const startedAt = performance.now();
    await stopTracing(50);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
