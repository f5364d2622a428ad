import { verifyDiscordSignature } from '@switchyard/parsers';
import type { JsonObject } from '@switchyard/parsers';
import { defineRegionProvider } from '../contract';
import type { HandlerSettings, RegionView, Verdict } from '../contract';

const PING = 1;
const COMMAND = 2;
/** A message that only the person who asked can see. */
const EPHEMERAL = 64;

const say = (content: string): Verdict => ({
  kind: 'answered',
  status: 200,
  json: { type: 4, data: { content, flags: EPHEMERAL } },
});

/** Discord interactions: the signature is checked once more; commands are answered (spec: gateway.md §2.3.10, §7.3). */
export const discordRegion = defineRegionProvider({
  provider: 'discord',
  createHandler: (settings) => ({ views: new Map([['interactions', interactions(settings)]]) }),
});

const interactions = ({ discordPublicKeys, docsUrl }: HandlerSettings): RegionView => ({
  isRecorded: false,
  async judge({ request }) {
    if (discordPublicKeys.length > 0) {
      const headers = {
        signature: request.header('x-signature-ed25519'),
        timestamp: request.header('x-signature-timestamp'),
      };
      const verdict = await verifyDiscordSignature(request.body, headers, discordPublicKeys);
      if (verdict.kind === 'refused') {
        return {
          kind: 'rejected',
          status: 401,
          error: 'bad_signature',
          because: `the sender was refused: ${verdict.reason}`,
        };
      }
    }
    const body = request.json();
    if (body === undefined)
      return { kind: 'rejected', status: 400, error: 'bad_body', because: 'the body is not a JSON object' };
    return answer(body, docsUrl);
  },
});

function answer(body: JsonObject, docsUrl: string | undefined): Verdict {
  if (body['type'] === PING) return { kind: 'answered', status: 200, json: { type: 1 } };
  const name = (body['data'] as { name?: unknown } | undefined)?.name;
  if (body['type'] === COMMAND && name === 'help') {
    return say(
      docsUrl === undefined ? 'Issues and alerts, in this server.' : `Issues and alerts, in this server: ${docsUrl}`,
    );
  }
  return say('That cannot be done from Discord yet.');
}
