import { createHash, createHmac, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SAMPLE_GITHUB_INSTALLATION } from '@switchyard/fleet';
import type { FleetDescription } from '@switchyard/fleet';
import { signGithubWebhook } from '@switchyard/parsers';
import { Agent, request } from 'undici';

const RETRY_MS = 50;
const PACE_MS = 5;
const TIMEOUT_MS = 15_000;

/** A push of one commit; the same for the same repository and sequence. */
export function push(repository: number, sequence: number): Buffer {
  const id = createHmac('sha1', 'commit').update(`${repository}:${sequence}`).digest('hex');
  return Buffer.from(
    JSON.stringify({
      ref: 'refs/heads/main',
      sequence,
      installation: { id: Number(SAMPLE_GITHUB_INSTALLATION) },
      repository: { id: repository, name: `r${repository}`, full_name: `acme/r${repository}` },
      commits: [
        {
          id,
          message: `change ${sequence}`,
          timestamp: '2026-11-20T12:00:00Z',
          author: { name: 'Ada', email: 'a@b.c' },
        },
      ],
    }),
  );
}

export const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

/** What was sent so far. */
export interface LoadProgress {
  accepted: number;
  /** No more than so many for now: the load lasts as long as the faults do. */
  allowed: number;
}

/**
 * Sends each repository's pushes one after another, all repositories at once, each until it is acknowledged: as a provider that tries
 * again would, with the same bytes and the same id.
 */
export async function sendLoad(
  { addresses, secrets }: FleetDescription,
  { repositories, perRepository }: { readonly repositories: number; readonly perRepository: number },
  progress: LoadProgress,
): Promise<void> {
  const agent = new Agent({ connections: repositories });
  // One that fails ends the others, which would wait for their turn for ever.
  const ended = new AbortController();
  const urls = addresses.gateways.map((origin) => `${origin}/extensions/github/webhook/`);
  const sendOne = async (repository: number, sequence: number): Promise<void> => {
    const body = push(repository, sequence);
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': signGithubWebhook(body, secrets.githubWebhookSecret),
    };
    // Another gateway each time, as behind a load balancer.
    for (let turn = repository + sequence; ; turn += 1) {
      ended.signal.throwIfAborted();
      const status = await attempt(agent, urls[turn % urls.length] ?? '', headers, body);
      if (status === 202) return;
      if (status !== 0 && status !== 503) throw new Error(`a webhook was answered ${status}`);
      await delay(RETRY_MS);
    }
  };
  const sendAll = async (repository: number): Promise<void> => {
    for (let sequence = 1; sequence <= perRepository; sequence += 1) {
      while (progress.accepted >= progress.allowed) {
        ended.signal.throwIfAborted();
        await delay(PACE_MS);
      }
      await sendOne(repository, sequence);
      progress.accepted += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: repositories }, (_, index) => sendAll(index + 1)));
  } finally {
    ended.abort();
    await agent.destroy();
  }
}

async function attempt(agent: Agent, url: string, headers: Record<string, string>, body: Buffer): Promise<number> {
  try {
    const response = await request(url, {
      method: 'POST',
      headers,
      body,
      dispatcher: agent,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    await response.body.dump();
    return response.statusCode;
  } catch {
    return 0;
  }
}
