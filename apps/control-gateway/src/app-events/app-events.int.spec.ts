import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';

describe('what happens in control, for apps', () => {
  let gateway: GatewayKit;

  beforeAll(async () => {
    gateway = await startGateway();
  }, 30_000);
  afterAll(() => gateway.close());

  const occurrence = {
    key: 'k1',
    organizationId: 1,
    resource: 'issue',
    action: 'created',
    data: { issue: { id: '1' } },
  };
  const messages = async () =>
    (await gateway.database.pool.query("SELECT payload FROM outbox_message WHERE destination = 'control'")).rows;

  it('is committed here, once however often it is told, and waits for the notifier', async () => {
    expect((await gateway.admin('POST', 'app-events', occurrence)).status).toBe(202);
    expect((await gateway.admin('POST', 'app-events', occurrence)).json).toEqual({ key: 'k1' });
    const found = await messages();
    expect(new Set(found.map(({ payload }) => payload.key))).toEqual(new Set(['k1']));
  });

  it('what apps are not told is refused', async () => {
    const before = (await messages()).length;
    expect((await gateway.admin('POST', 'app-events', { ...occurrence, action: 'exploded' })).status).toBe(400);
    expect((await messages()).length).toBe(before);
  });
});
