import fc from 'fast-check';
import { GITHUB_EVENT_TYPES } from './github/github.events';
import { signGithubWebhook } from './github/github.signature';
import { PARSERS } from './registry';
import blockActions from './slack/fixtures/block-actions.json';
import linkShared from './slack/fixtures/link-shared.json';
import { signSlackRequest } from './slack/slack.signature';
import { contextOf, directoryOf, expectSound, request } from './testing';

const SECRET = 'test-secret';
const TIMESTAMP = '1700000000';

const directory = directoryOf({ T001: { id: 1, regions: ['us', 'de'] }, '1': { id: 2, regions: ['us'] } });
const context = contextOf(directory, { slackSigningSecrets: [SECRET], githubWebhookSecrets: [SECRET] });
const parsers = [...PARSERS.values()];

const sign = (body: Buffer) => ({
  'x-slack-signature': signSlackRequest(body, TIMESTAMP, SECRET),
  'x-slack-request-timestamp': TIMESTAMP,
  'x-hub-signature-256': signGithubWebhook(body, SECRET),
});

const push = { installation: { id: 1 }, repository: { id: 15 }, action: 'opened' };
const templates = [
  JSON.stringify(push),
  JSON.stringify(linkShared),
  new URLSearchParams({ payload: JSON.stringify(blockActions) }).toString(),
  'team_id=T001&command=%2Fswitchyard&text=help',
].map((text) => Buffer.from(text));

/** A real body with bytes replaced, cut off and put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...templates),
    fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 5 }),
    fc.option(fc.nat(2000), { nil: undefined }),
    fc.uint8Array({ maxLength: 8 }),
  )
  .map(([template, changes, length, insertion]) => {
    const body = Buffer.from(template.subarray(0, length));
    for (const [index, byte] of changes) if (body.length > 0) body[index % body.length] = byte;
    return Buffer.concat([body, insertion]);
  });

/** Real bodies whose known fields hold anything at all. */
const anyFields = fc
  .dictionary(
    fc.constantFrom('installation', 'repository', 'action', 'team', 'team_id', 'event', 'type', 'actions', 'container'),
    fc.oneof(fc.jsonValue(), fc.record({ id: fc.jsonValue(), type: fc.jsonValue() })),
  )
  .chain((fields) =>
    fc.constantFrom(
      Buffer.from(JSON.stringify({ ...push, ...linkShared, ...fields })),
      Buffer.from(new URLSearchParams({ payload: JSON.stringify({ ...blockActions, ...fields }) }).toString()),
    ),
  );

const headers = fc.record(
  {
    'content-type': fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain', ''),
    'x-github-event': fc.oneof(fc.constantFrom(...GITHUB_EVENT_TYPES, 'installation', 'ping'), fc.string()),
    'x-github-delivery': fc.string({ unit: 'binary' }),
    'x-slack-signature': fc.string(),
    'x-slack-request-timestamp': fc.string(),
    'x-hub-signature': fc.string(),
  },
  { requiredKeys: ['content-type'] },
);

describe.each(parsers.map((parser) => [parser.provider, parser] as const))('parser %s', (_provider, parser) => {
  const views = fc.constantFrom(...Object.values(parser.routes), 'unknown');
  const methods = fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PUT', '');

  it('never throws and always decides soundly, whatever is sent', async () => {
    await fc.assert(
      fc.asyncProperty(
        views,
        methods,
        headers,
        fc.oneof(
          mutated,
          anyFields,
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        ),
        fc.boolean(),
        async (view, method, given, body, isSigned) => {
          const before = Buffer.from(body);
          const all = isSigned ? { ...given, ...sign(body) } : given;
          const decision = await parser.decide(request(view, all, body, { method }), context);
          expectSound(parser, decision);
          expect(body.equals(before)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('lets nothing to a region that was not signed', async () => {
    await fc.assert(
      fc.asyncProperty(views, headers, fc.oneof(mutated, anyFields), async (view, given, body) => {
        const decision = await parser.decide(request(view, given, body), context);
        expect(['reply', 'control']).toContain(decision.kind);
      }),
    );
  });
});
