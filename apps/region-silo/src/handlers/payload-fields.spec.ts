import type { z } from 'zod';
import { authorTimestamp, externalId, issueNumber, requiredName, sha, timestamp, webUrl } from './payload-fields';

const read = (schema: z.ZodType, value: unknown): unknown => {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : 'refused';
};

describe('fields of GitHub', () => {
  it.each([
    [timestamp, '2026-01-01T10:00:00+02:00', '2026-01-01T08:00:00.000Z'],
    [timestamp, 'soon', 'refused'],
    [timestamp, '+012026-01-01T00:00:00Z', 'refused'],
    [timestamp, 1_700_000_000, 'refused'],
    [authorTimestamp, 'soon', null],
    [authorTimestamp, '-000001-01-01T00:00:00Z', null],
    [webUrl, 'https://github.com/a', 'https://github.com/a'],
    [webUrl, 'javascript:alert(1)', null],
    [webUrl, 'https://a\0', null],
    [webUrl, undefined, null],
    [sha, 'a'.repeat(40), 'a'.repeat(40)],
    [sha, 'A'.repeat(40), 'refused'],
    [sha, 'a'.repeat(41), 'refused'],
    [externalId, 4711, '4711'],
    [externalId, 2 ** 53, 'refused'],
    [externalId, '4711', 'refused'],
    [issueNumber, 2_147_483_648, 'refused'],
    [requiredName, '', 'refused'],
    [requiredName, 'x'.repeat(256), 'refused'],
    [requiredName, 'a\0b', 'a\uFFFDb'],
  ])('%#: %j', (schema, value, expected) => {
    expect(read(schema, value)).toBe(expected);
  });
});
