import { pickRanges } from './published-ranges';

const item = (cidr: string, product: string[], direction = ['egress']) => ({ cidr, product, direction });

describe(pickRanges.name, () => {
  it('takes what Bitbucket sends from, sorted and once', () => {
    const document = {
      creationDate: '2026-11-01T00:00:00.000000',
      items: [
        item('185.166.140.0/22', ['bitbucket', 'jira'], ['ingress', 'egress']),
        item('104.192.136.0/21', ['bitbucket']),
        item('104.192.136.0/21', ['bitbucket']),
        item('2401:1d80:3000::/36', ['bitbucket']),
        item('1.2.3.0/24', ['jira']),
        item('1.2.4.0/24', ['bitbucket'], ['ingress']),
      ],
    };
    expect(pickRanges(document, 'file')).toEqual({
      updated: '2026-11-01',
      source: 'file',
      ranges: ['104.192.136.0/21', '185.166.140.0/22', '2401:1d80:3000::/36'],
    });
  });

  it.each([
    ['another document', { prefixes: [] }, 'not a list'],
    ['nothing of Bitbucket', { creationDate: '2026-11-01', items: [item('1.2.3.0/24', ['jira'])] }, 'fewer than two'],
    [
      'what is no range',
      { creationDate: '2026-11-01', items: [item('x', ['bitbucket']), item('y', ['bitbucket'])] },
      'not a range',
    ],
  ])('%s: refused', (_name, document, says) => {
    expect(() => pickRanges(document, 'file')).toThrow(says);
  });
});
