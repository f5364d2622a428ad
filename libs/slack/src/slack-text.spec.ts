import { escapeSlack } from './slack-text';

describe('escapeSlack', () => {
  it('S39 leaves nothing that Slack would read as a mention or a link', () => {
    expect(escapeSlack('<!channel> & <b>')).toBe('&lt;!channel&gt; &amp; &lt;b&gt;');
  });
});
