import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import type { LoadRequest } from '../load';

const CONNECTIONS = 32;

/** Sends so many webhooks, each with a delivery id of its own, and resolves when all are acknowledged. */
export async function storeWebhooks(
  origin: string,
  requests: readonly LoadRequest[],
  count: number,
  {
    perSecond = Infinity,
    onAcknowledged = () => undefined as void,
  }: { perSecond?: number; onAcknowledged?: (id: string) => void } = {},
): Promise<void> {
  const pool = new Pool(origin, { connections: CONNECTIONS });
  let next = 0;
  const startedAt = performance.now();
  const send = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const waitMs = (index / perSecond) * 1000 - (performance.now() - startedAt);
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const { method, path, headers, body } = requests[index % requests.length] as LoadRequest;
      const id = randomUUID();
      const answer = await pool.request({
        method: method as 'POST',
        path,
        headers: { ...headers, 'x-github-delivery': id },
        body,
      });
      await answer.body.dump();
      if (answer.statusCode !== 202) throw new Error(`a webhook was answered ${answer.statusCode}`);
      onAcknowledged(id);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, send));
  } finally {
    await pool.destroy();
  }
}
