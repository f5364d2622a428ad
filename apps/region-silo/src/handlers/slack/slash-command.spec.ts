import { answerSlashCommand } from './slash-command';

const context = { slackCommand: '/gate', docsUrl: 'https://docs.example.com/?a=1&b=2', supportUrl: undefined };
const textOf = (typed: string): string => JSON.stringify(answerSlashCommand(typed, context));

describe('answerSlashCommand', () => {
  it.each(['', '   ', 'help', ' HELP ', 'help me'])('%j: the commands, with their name', (typed) => {
    const text = textOf(typed);
    expect(text).toContain('`/gate link team`');
    expect(text).not.toContain('There is no command');
    expect(answerSlashCommand(typed, context)).toMatchObject({ response_type: 'ephemeral', replace_original: false });
  });

  it('lists each group by name', () => {
    const order = ['`/gate link`', '`/gate unlink`', '`/gate link team`', '`/gate unlink team`', '`/gate docs`'];
    const places = [...order, '`/gate help`', '`/gate support`'].map((command) => textOf('').indexOf(command));
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(places).not.toContain(-1);
  });

  it.each(['support', 'docs me'])('%j: two sections', (typed) => {
    expect(answerSlashCommand(typed, context).blocks).toHaveLength(2);
  });

  it('links the documentation, escaped', () => {
    expect(textOf('docs')).toContain('<https://docs.example.com/?a=1&amp;b=2|the documentation>');
  });

  it.each([
    ['link', '`/gate link` is not available yet'],
    ['UNLINK', '`/gate unlink` is not available yet'],
    ['link  Team backend', '`/gate link team` is not available yet'],
    ['unlink team', '`/gate unlink team` is not available yet'],
  ])('%j says that it is not available yet', (typed, text) => {
    expect(answerSlashCommand(typed, context).text).toContain(text);
  });

  it.each([
    ['link foo', 'There is no command `link foo`.'],
    ['Frobnicate  NOW', 'There is no command `frobnicate now`.'],
    ['`*x*`', 'There is no command `*x*`.'],
    ['<!channel> & co', 'There is no command `&lt;!channel&gt; &amp; co`.'],
    ['x'.repeat(200), `There is no command \`${'x'.repeat(100)}\`.`],
    ['🎉'.repeat(200), `There is no command \`${'🎉'.repeat(100)}\`.`],
    ['constructor', 'There is no command `constructor`.'],
  ])('%j: unknown, with an echo that cannot break out', (typed, line) => {
    expect(textOf(typed)).toContain(line);
  });
});
