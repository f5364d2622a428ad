import { mrkdwn } from './mrkdwn';

const names = {
  person: (id: string) => (id === 'U1' ? 'Ada <b>' : undefined),
  channel: (id: string) => (id === 'C1' ? 'alerts' : undefined),
};
const shown = (text: string): string => mrkdwn(text, names).text;

describe(mrkdwn.name, () => {
  it.each([
    ['*bold* and _it_ and ~gone~', '<b>bold</b> and <i>it</i> and <s>gone</s>'],
    ['2*3*4 snake_case_name', '2*3*4 snake_case_name'],
    ['`a *b* <c>` ```x\ny```', '<code>a *b* &lt;c&gt;</code> <pre>x\ny</pre>'],
    ['Ada commented:\n&gt; look\nthere', 'Ada commented:<br><blockquote>look</blockquote>there'],
    [':tada: :nobody_knows:', '🎉 :nobody_knows:'],
    ['<@U1> <@U9> <#C1> <!channel>', expect.stringContaining('@Ada &lt;b&gt;</span>')],
    ['*by <@U1>*', '<b>by <span class="mention">@Ada &lt;b&gt;</span></b>'],
    ['<!date^0^{date_short_pretty}|then>', 'Jan 1, 1970'],
    ['<!date^x^{time}|then>', 'then'],
    [
      '<https://example.com/?a=1&amp;b=2|*Boom*>',
      '<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"><b>Boom</b></a>',
    ],
  ])('%s', (text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it.each([
    '<script>alert(1)</script>',
    '&lt;img src=x onerror=alert(1)&gt;',
    '<javascript:alert(1)|click>',
    '<https://x.example/" onmouseover="alert(1)|x>',
    '<@U"><script>alert(1)</script>',
    '`<script>` ```</pre><script>```',
    '<!date^0^<script>|x>',
    '\u00000\u0000<b>\u0000',
  ])('nothing gets out of %j', (text) => {
    const tags = [...shown(text).matchAll(/<\/?([a-z]+)([^>]*)>/gi)].map(([, name = '', rest = '']) => ({
      name,
      rest,
    }));
    const attributes = tags.flatMap(({ rest }) => [...rest.matchAll(/\s([^\s=]+)="([^"]*)"/g)]);
    expect(tags.filter(({ name }) => !['a', 'b', 'br', 'code', 'pre', 'span'].includes(name))).toEqual([]);
    expect(attributes.map(([, name]) => name).filter((name) => !/^(href|target|rel|class)$/.test(name ?? ''))).toEqual(
      [],
    );
    expect(attributes.filter(([, name, value]) => name === 'href' && !/^https?:/.test(value ?? ''))).toEqual([]);
  });
});
