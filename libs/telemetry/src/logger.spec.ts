import { createLogger } from './logger';

function linesOf(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger('test-app', 'info', { write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe(createLogger.name, () => {
  it('writes one JSON object per event, with its name, level and service', () => {
    const [line] = linesOf((logger) => logger.info({ request_id: 'r1' }, 'webhook.received'));
    expect(line).toMatchObject({ event: 'webhook.received', level: 'info', service: 'test-app', request_id: 'r1' });
  });

  it.each(['token', 'authorization', 'cookie', 'body', 'payload', 'secret', 'response_url'])(
    'never writes %s',
    (name) => {
      const lines = linesOf((logger) => {
        logger.info({ [name]: 'hunter2' }, 'top');
        logger.info({ request: { [name]: 'hunter2' } }, 'nested');
      });
      expect(lines).toHaveLength(2);
      expect(JSON.stringify(lines)).not.toContain('hunter2');
    },
  );

  it('tells an error with its code, remedy and cause', () => {
    const error = Object.assign(new Error('outer', { cause: new Error('inner') }), {
      code: 'SWY_X',
      remedy: 'mend it',
    });
    const [line] = linesOf((logger) => logger.error({ error }, 'it.failed'));
    expect(line?.['error']).toMatchObject({
      message: 'outer',
      code: 'SWY_X',
      remedy: 'mend it',
      cause: { message: 'inner' },
    });
  });

  it('leaves out what is below its level', () => {
    expect(linesOf((logger) => logger.debug({}, 'story.told'))).toEqual([]);
  });
});
