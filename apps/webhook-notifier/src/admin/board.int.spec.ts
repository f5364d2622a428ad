import { NotifierKit } from '../testing/notifier-kit';

let kit: NotifierKit;
beforeAll(async () => {
  kit = await NotifierKit.start();
}, 30_000);
afterAll(() => kit.close());

describe('the board of the notifier', () => {
  it('lists every queue of the app to who has a token, and asks others for one', async () => {
    const token = String((await kit.admin('POST', 'tokens', { name: 'eve', scope: 'viewer' })).json['token']);
    const board = (headers: Record<string, string>) =>
      fetch(`${kit.origin}/admin/queues/api/queues`, { headers, redirect: 'manual' });
    expect((await board({})).status).toBe(401);
    const { queues } = (await (await board({ authorization: `Bearer ${token}` })).json()) as {
      queues: { name: string }[];
    };
    expect(queues.map(({ name }) => name)).toEqual([
      'app-deliveries',
      'app-webhooks',
      'email-control',
      'usage-notices',
    ]);
  });

  it('sends who looks at a page to the sign-in page', async () => {
    const page = await fetch(`${kit.origin}/admin/queues/`, { headers: { accept: 'text/html' } });
    expect([page.status, page.url]).toEqual([200, `${kit.origin}/admin/sign-in?next=%2Fadmin%2Fqueues%2F`]);
    expect(await page.text()).toContain('name="token"');
  });
});
