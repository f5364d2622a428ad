import { createTransport } from 'nodemailer';
import { startMailCatcher } from './mail-catcher';
import type { MailCatcher } from './mail-catcher';
import { MailStore } from './mail-store';

describe('mail catcher', () => {
  let catcher: MailCatcher;
  beforeAll(async () => {
    catcher = await startMailCatcher();
  });
  afterAll(() => catcher.stop());
  beforeEach(() => fetch(`${catcher.pageUrl}/messages`, { method: 'DELETE' }));

  const send = (subject: string) =>
    createTransport(catcher.smtpUrl).sendMail({
      from: '"Switchyard" <noreply@switchyard.test>',
      to: 'owner@example.test',
      subject,
      text: 'Grüße',
      html: '<script>alert(1)</script><p>Grüße</p>',
      headers: { 'X-Reason': 'app disabled' },
    });
  const json = async (path: string): Promise<unknown> => (await fetch(`${catcher.pageUrl}${path}`)).json();

  it('catches a mail and gives it as JSON, newest first', async () => {
    await send('first');
    await send('second <b>');
    const list = (await json('/messages')) as { id: string; subject: string }[];
    expect(list.map(({ subject }) => subject)).toEqual(['second <b>', 'first']);
    const mail = await json(`/messages/${list[0]?.id}`);
    expect(mail).toEqual(list[0]);
    expect(mail).toMatchObject({
      from: 'Switchyard <noreply@switchyard.test>',
      to: ['owner@example.test'],
      receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      text: expect.stringContaining('Grüße'),
      html: expect.stringContaining('<p>Grüße</p>'),
      headers: expect.arrayContaining([{ name: 'x-reason', value: 'app disabled' }]),
    });
  });

  it('shows pages on which nothing of a mail can run', async () => {
    await send('"><script>alert(2)</script>');
    const [mail] = catcher.messages();
    for (const path of ['/', `/view/${mail?.id}`]) {
      const response = await fetch(`${catcher.pageUrl}${path}`);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      const page = await response.text();
      expect(page).not.toContain('<script');
      expect(page).toContain('&lt;script&gt;alert(2)');
    }
    expect(await (await fetch(`${catcher.pageUrl}/view/${mail?.id}`)).text()).toContain('<iframe sandbox');
  });

  it('empties on DELETE and knows no other mail', async () => {
    await send('gone');
    expect((await fetch(`${catcher.pageUrl}/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await json('/messages')).toEqual([]);
    expect((await fetch(`${catcher.pageUrl}/messages/none`)).status).toBe(404);
    expect((await fetch(`${catcher.pageUrl}/messages`, { method: 'POST' })).status).toBe(405);
  });
});

describe('MailStore', () => {
  const mail = (id: string, bytes: number) => ({
    id,
    bytes,
    from: '',
    to: [],
    subject: '',
    receivedAt: '',
    text: undefined,
    html: undefined,
    headers: [],
  });

  it.each([
    ['count', { countMax: 2, bytesMax: 1_000 }],
    ['size', { countMax: 100, bytesMax: 25 }],
  ])('drops the oldest beyond its %s', (_what, limits) => {
    const store = new MailStore(limits);
    for (const id of ['a', 'b', 'c']) store.add(mail(id, 10));
    expect(store.all().map(({ id }) => id)).toEqual(['c', 'b']);
  });
});
