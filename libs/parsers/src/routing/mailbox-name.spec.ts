import fc from 'fast-check';
import { defineParser, refuse } from '../contract';
import type { MailboxDecision } from '../contract';
import { bucketOf, mailboxName, MailboxNameError, mailboxOf, parseMailboxName } from './mailbox-name';

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/);
const parts = fc.record(
  {
    provider: word,
    region: fc.stringMatching(/^[a-z0-9-]{1,48}$/),
    subject: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    bucket: fc.nat(999_999_999),
    eventType: word,
  },
  { requiredKeys: ['provider', 'region', 'subject'] },
);

describe('mailboxName', () => {
  it.each([
    [{ provider: 'github', region: 'us', subject: '7' }, 'github:us:7'],
    [{ provider: 'github', region: 'us', subject: '7', bucket: 0 }, 'github:us:7:0'],
    [{ provider: 'github', region: 'us', subject: '7', eventType: 'push' }, 'github:us:7:push'],
    [{ provider: 'github', region: 'eu-1', subject: '7', bucket: 15, eventType: 'push' }, 'github:eu-1:7:15:push'],
  ])('%j is %s', (given, name) => {
    expect(mailboxName(given)).toBe(name);
  });

  it('is read back by parseMailboxName', () => {
    fc.assert(
      fc.property(parts, (given) => {
        expect(parseMailboxName(mailboxName(given))).toEqual(given);
      }),
    );
  });

  it('gives different parts different names', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(mailboxName(one) === mailboxName(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it.each(['provider', 'region', 'subject', 'eventType'] as const)('refuses a %s with a colon', (segment) => {
    fc.assert(
      fc.property(parts, fc.string(), fc.string(), (given, before, after) => {
        expect(() => mailboxName({ ...given, [segment]: `${before}:${after}` })).toThrow(MailboxNameError);
      }),
    );
  });

  it.each([
    { subject: '' },
    { subject: 'a b' },
    { subject: 'a\n' },
    { subject: 'a'.repeat(65) },
    { region: '' },
    { region: 'US' },
    { provider: 'git-hub' },
    { eventType: '7' },
    { bucket: -1 },
    { bucket: 1.5 },
    { bucket: NaN },
  ])('refuses %j', (change) => {
    expect(() => mailboxName({ provider: 'github', region: 'us', subject: '7', ...change })).toThrow(MailboxNameError);
  });
});

describe('parseMailboxName', () => {
  it.each([
    '',
    'github',
    'github:us',
    'github:us:',
    'github:us:7:',
    'github:us:7:01',
    'github:us:7:push:15',
    'github:us:7:1:push:x',
  ])('refuses %j', (name) => {
    expect(parseMailboxName(name)).toBeUndefined();
  });

  it('stands any text, and gives back what mailboxName makes of it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.stringMatching(/^[a-z0-9]{0,3}$/)).map((a) => a.join(':')),
        ),
        (name) => {
          const read = parseMailboxName(name);
          if (read) expect(mailboxName(read)).toBe(name);
        },
      ),
    );
  });
});

describe('bucketOf', () => {
  it('takes a numeric id modulo the count', () => {
    expect(bucketOf('15', 100)).toBe(15);
    expect(bucketOf('1296269', 100)).toBe(69);
  });

  it('is a bucket of the count, the same each time, for any key', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 4096 }), (key, count) => {
        const bucket = bucketOf(key, count);
        expect(bucket).toBe(bucketOf(key, count));
        expect(Number.isInteger(bucket) && bucket >= 0 && bucket < count).toBe(true);
      }),
    );
  });

  it('spreads keys that are no numbers', () => {
    const buckets = new Set(Array.from({ length: 1000 }, (_, index) => bucketOf(`repository-${index}`, 10)));
    expect(buckets.size).toBe(10);
  });
});

describe('mailboxOf', () => {
  const parser = defineParser({
    provider: 'acme',
    routes: {},
    maxBodyBytes: 1,
    decide: () => Promise.resolve(refuse(404, 'unknown_view', 'nothing here')),
  });
  const decision: MailboxDecision = {
    kind: 'mailbox',
    reason: 'accepted',
    because: 'a test',
    integrationId: '7',
    isVerified: true,
    subject: '7',
    bucketKey: '1234',
    regions: ['de', 'us'],
    ackStatus: 202,
  };

  it('uses ten buckets unless the parser says otherwise', () => {
    expect(mailboxOf(parser, decision, 'us')).toBe('acme:us:7:4');
    expect(mailboxOf({ ...parser, bucketCount: 100 }, decision, 'us')).toBe('acme:us:7:34');
  });

  it('has no bucket without a key', () => {
    const whole = { ...decision, bucketKey: undefined, eventType: 'push' };
    expect(mailboxOf(parser, whole, 'de')).toBe('acme:de:7:push');
  });
});
