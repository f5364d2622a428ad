import { InboundRequest } from '@switchyard/parsers';
import type { Transaction } from '@switchyard/database';
import type { SlackRequests } from '../slack-requests/slack-requests';
import type { HandlerSettings, RegionProvider, Verdict } from '../handlers/contract';

/** A region that knows no secret of any app. */
export const NO_SETTINGS: HandlerSettings = {
  githubWebhookSecrets: [],
  slackSigningSecrets: [],
  discordPublicKeys: [],
  slackCommand: '/switchyard',
  docsUrl: undefined,
  supportUrl: undefined,
  slackRequests: new Proxy({} as SlackRequests, {
    get: () => {
      throw new Error('only the started app answers Slack');
    },
  }),
};

/** A request for a handler alone; everything has a usable default. */
export interface JudgedRequest {
  readonly view: string;
  readonly method?: string;
  readonly path?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly secrets?: readonly string[];
  readonly isVerified?: boolean;
  readonly settings?: Partial<HandlerSettings>;
}

/** Lets a provider's handler judge one request of integration 17; text and bytes go as they are, all else as JSON. */
export async function judgeRequest(provider: RegionProvider, given: JudgedRequest): Promise<Verdict> {
  const { view, method = 'POST', path = '/', params = {}, headers = {}, body = {}, secrets = [] } = given;
  const handler = provider.createHandler({ ...NO_SETTINGS, ...given.settings });
  const request = new InboundRequest({
    method,
    path,
    rawHeaders: Object.entries(headers).flat(),
    body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    view,
    params,
  });
  const pass = { deliveryId: 'd1', integrationId: '17', isVerified: given.isVerified ?? true };
  const verdict = await handler.views
    .get(view)
    ?.judge({ request, pass, integrationSecrets: secrets, nowMs: Date.UTC(2026, 2, 2) });
  if (verdict === undefined) throw new Error('there is no view');
  return verdict;
}

/** The values that a verdict would write, one list per statement. */
export async function writesOf(verdict: Verdict): Promise<readonly (readonly unknown[])[]> {
  const writes: (readonly unknown[])[] = [];
  const transaction = {
    query(_sql: string, values: readonly unknown[]) {
      writes.push(values);
      return Promise.resolve({ rows: [{ id: '1' }], rowCount: 1 });
    },
  } as unknown as Transaction;
  if (verdict.kind === 'handled') await verdict.apply?.(transaction);
  return writes;
}
