import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import { buildMessages } from './message-builder';
import type { MessageOptions } from './message-builder';
import { SmtpTransport } from './smtp-transport';
import { appNotice } from './templates/app-notices';

const options = (over: Partial<MessageOptions> = {}): MessageOptions => ({
  subject: 'Foo',
  from: 'Switchyard <noreply@mail.example>',
  content: (recipient) => ({ text: `Hello ${recipient}` }),
  type: 'disabled',
  ...over,
});

// The ids are those of the spec: outgoing-webhooks.md §10.5.
describe('buildMessages', () => {
  it('E5: three owners, three messages', () => {
    const messages = buildMessages(['a@x.example', 'b@x.example', 'c@x.example', 'a@x.example', ''], options());
    expect(messages.map(({ to, text }) => [to, text])).toEqual([
      ['a@x.example', 'Hello a@x.example'],
      ['b@x.example', 'Hello b@x.example'],
      ['c@x.example', 'Hello c@x.example'],
    ]);
    expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(3);
  });

  it('E11: only the first line of a subject', () => {
    expect(buildMessages(['a@x.example'], options({ subject: 'Foo\r\nBcc: all@x.example' }))[0]?.subject).toBe('Foo');
    expect(() => buildMessages(['a@x.example'], options({ subject: '\r\nBar' }))).toThrow('subject');
  });

  it('E12: each of two recipients can answer the other', () => {
    const messages = buildMessages(['a@x.example', 'b@x.example'], options());
    expect(messages.map(({ headers }) => headers['Reply-To'])).toEqual(['b@x.example', 'a@x.example']);
  });

  it('threads, names its list and offers one click, where they are given', () => {
    const [message] = buildMessages(
      ['a@x.example'],
      options({ listId: 'app.acme.mail.example', inReplyTo: '<1@x>', unsubscribeUrl: () => 'https://x.example/u?1' }),
    );
    expect(message?.headers).toEqual({
      'List-Id': '<app.acme.mail.example>',
      'In-Reply-To': '<1@x>',
      References: '<1@x>',
      'List-Unsubscribe': '<https://x.example/u?1>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
    const [plain] = buildMessages(['a@x.example'], options({ listId: 'not a label' }));
    expect(plain?.headers).toEqual({ 'Auto-Submitted': 'auto-generated' });
  });
});

describe('appNotice', () => {
  const notice = (appName: string, kind: 'disabled' | 'warning' | 'enabled' = 'disabled') =>
    appNotice({
      kind,
      appName,
      endpoint: 'hooks.example',
      evidence: '7 days of errors',
      percent: 70,
      link: 'https://x/',
    });

  it('E17: a plain apostrophe stays one in subject and text', () => {
    const { subject, content } = notice("my app's bot");
    expect([subject.includes("my app's bot"), content.text.includes("my app's bot")]).toEqual([true, true]);
    expect(content.html?.text).toContain('my app&#39;s bot');
  });

  it.each(['disabled', 'warning', 'enabled'] as const)('E18: the text part of %s has no markup', (kind) => {
    expect(notice('Bot', kind).content.text).not.toContain('<');
  });

  it('takes hostile names: markup, line ends, marks that turn the text around', () => {
    const { subject, content } = notice('<script>alert(1)</script>\r\nBcc: x\u202Egnp.exe <!channel>');
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect(content.html?.text).not.toMatch(/<script|<!channel|\u202e/);
    expect(content.text).not.toContain('\u202e');
  });
});

describe(SmtpTransport.name, () => {
  const received: { recipients: string[]; raw: string }[] = [];
  let server: SMTPServer;
  let transport: SmtpTransport;
  let refusals: number[];

  const onRcptTo: SMTPServerOptions['onRcptTo'] = (_address, _session, done) => {
    const code = refusals.shift();
    if (code === undefined) return done();
    done(Object.assign(new Error('not now'), { responseCode: code }));
  };

  beforeEach(async () => {
    received.length = 0;
    refusals = [];
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo,
      onData(stream, session, done) {
        let raw = '';
        stream.on('data', (chunk: Buffer) => (raw += chunk.toString()));
        stream.on('end', () => {
          received.push({ recipients: session.envelope.rcptTo.map(({ address }) => address), raw });
          done();
        });
      },
    });
    const listening = server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    transport = new SmtpTransport({ url: `smtp://127.0.0.1:${port}`, connectionsMax: 2, timeoutMs: 2_000 });
  });
  afterEach(async () => {
    transport.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  const message = () => {
    const { subject, content } = appNotice({
      kind: 'disabled',
      appName: 'Bot',
      endpoint: 'hooks.example',
      evidence: '7 days of errors',
      link: 'https://x.example/',
    });
    return buildMessages(['owner@x.example'], options({ subject, content: () => content }))[0];
  };

  it('sends both parts with their headers to a real server', async () => {
    const built = message() as NonNullable<ReturnType<typeof message>>;
    expect(await transport.send(built)).toEqual({ kind: 'sent' });
    expect(received[0]?.recipients).toEqual(['owner@x.example']);
    expect(received[0]?.raw).toContain(`Message-ID: ${built.messageId}`);
    expect(received[0]?.raw).toMatch(/multipart\/alternative/);
    expect(received[0]?.raw).toContain('Auto-Submitted: auto-generated');
  });

  it('E20: tells what may pass from what will not', async () => {
    const built = message() as NonNullable<ReturnType<typeof message>>;
    refusals = [450, 451, 550];
    const results = [];
    for (let n = 0; n < 4; n++) results.push(await transport.send(built));
    expect(results).toMatchObject([
      { kind: 'failed', isPermanent: false },
      { kind: 'failed', isPermanent: false },
      { kind: 'failed', isPermanent: true },
      { kind: 'sent' },
    ]);
    expect(received).toHaveLength(1);
  });
});
