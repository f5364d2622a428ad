import { readSharedLinks } from './shared-links';

const PRODUCT = 'https://monitor.example.com/';
const read = (...urls: string[]) => readSharedLinks(urls, PRODUCT);

describe(readSharedLinks.name, () => {
  it('S117: what Slack escaped is read as it was meant', () => {
    const [link] = read(
      'https://monitor.example.com/organizations/acme/alerts/rules/details/7/?alert=1337&amp;period=14d',
    );
    expect(link).toMatchObject({
      kind: 'metric_alert',
      ruleId: '7',
      slug: 'acme',
      query: { incident: '1337', period: '14d' },
    });
  });

  it.each([
    ['https://monitor.example.com/organizations/acme/issues/42/', '42', undefined],
    ['http://monitor.example.com/issues/42', '42', undefined],
    ['https://acme.monitor.example.com/issues/42/events/abc/?x=1', '42', 'abc'],
  ])('%s is an issue', (url, issueId, eventId) => {
    expect(read(url)).toEqual([{ url, kind: 'issue', issueId, eventId }]);
  });

  it.each([
    'https://evil.example/issues/42/',
    'https://monitor.example.com.evil.example/issues/42/',
    'https://evilmonitor.example.com/issues/42/',
    'https://a.b.monitor.example.com/issues/42/',
    'https://monitor.example.com@evil.example/issues/42/',
    'ftp://monitor.example.com/issues/42/',
    'https://monitor.example.com/organizations/acme/discover/results/',
    'https://monitor.example.com/issues/42/feedback/',
    'no url',
  ])('%s is nothing', (url) => {
    expect(read(url)).toEqual([]);
  });

  it('each thing once, by what it points at; issues first', () => {
    const alert = 'https://monitor.example.com/organizations/acme/alerts/rules/details/7/';
    const [one, again, two] = [42, 42, 43].map((id, index) => `https://monitor.example.com/issues/${id}/?${index}`);
    expect(read(alert, one ?? '', again ?? '', two ?? '').map(({ url }) => url)).toEqual([one, two, alert]);
  });

  it('without the address of the product nothing is its link', () => {
    expect(readSharedLinks(['https://monitor.example.com/issues/42/'], undefined)).toEqual([]);
  });
});
