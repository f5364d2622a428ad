import examples from '@octokit/webhooks-examples';
import type { DemoRequest, Kind } from '../demo-request';
import { githubSignatureHeaders } from '../signatures';
import type { FreshIds } from '../signatures';
import { expectGithub } from './github.expectation';

/** One example of GitHub's, with the number that tells it from others of its event. */
export interface GithubExample {
  readonly event: string;
  readonly number: number;
  readonly payload: GithubPayload;
}

/** The fields of a payload that decide where it goes; the others are sent as they are. */
export interface GithubPayload {
  readonly action?: string;
  readonly installation?: { readonly id?: number };
  readonly [field: string]: unknown;
}

/** What GitHub requests are made of. */
export interface GithubOptions {
  readonly secret: string;
  readonly ids: FreshIds;
  /** Id of an installation that the directory knows. */
  readonly sampleInstallation: string;
  regionsOf(installation: string): readonly string[] | undefined;
}

/** Ids of the app and its webhook as GitHub would name them. */
const HOOK_ID = '421337';
const APP_ID = '133742';

/** Where GitHub sends everything. */
export const GITHUB_PATH = '/extensions/github/webhook/';

/** Every example of `@octokit/webhooks-examples` (real payloads, MIT). */
export function githubExamples(): GithubExample[] {
  return (examples as readonly { name: string; examples: readonly unknown[] }[]).flatMap(
    ({ name, examples: payloads }) =>
      payloads.map((payload, index) => ({ event: name, number: index + 1, payload: payload as GithubPayload })),
  );
}

/** The headers of one delivery, in GitHub's order, without signatures. */
export function githubHeaders(event: string, guid: string, ids: FreshIds): string[] {
  return [
    ...['User-Agent', `GitHub-Hookshot/${ids.hex(4).slice(0, 7)}`],
    ...['Accept', '*/*'],
    ...['Content-Type', 'application/json'],
    ...['X-GitHub-Delivery', guid],
    ...['X-GitHub-Event', event],
    ...['X-GitHub-Hook-ID', HOOK_ID],
    ...['X-GitHub-Hook-Installation-Target-ID', APP_ID],
    ...['X-GitHub-Hook-Installation-Target-Type', 'integration'],
  ];
}

/** Every example as it is; those that name no installation once more as an app would get them; one of them twice. */
export function githubRequests(options: GithubOptions): DemoRequest[] {
  const all = githubExamples();
  const nameless = all.filter(({ payload }) => installationOf(payload) === undefined);
  const withSample = nameless.map((example) => installedFor(example, options.sampleInstallation));
  const push = all.find(({ event, payload }) => event === 'push' && hasCommits(payload));
  return [
    ...all.map((example) => toRequest(nameless.includes(example) ? 'github-no-app' : 'github-app', example, options)),
    ...withSample.map((example) => toRequest('github-sample', example, options)),
    ...(push === undefined
      ? []
      : [{ ...toRequest('github-repeat', installedFor(push, options.sampleInstallation), options), times: 2 }]),
  ];
}

/** A push of nothing changes nothing, so that it would not show whether a repeat does. */
function hasCommits({ commits }: GithubPayload): boolean {
  return Array.isArray(commits) && commits.length > 0;
}

/** The example as the app of that installation would get it. */
export function installedFor(example: GithubExample, installation: string): GithubExample {
  return { ...example, payload: { ...example.payload, installation: { id: Number(installation) } } };
}

/** A signed delivery of one example. */
export function toRequest(kind: Kind, example: GithubExample, options: GithubOptions): DemoRequest {
  const { event, number, payload } = example;
  const body = Buffer.from(JSON.stringify(payload));
  const guid = options.ids.guid();
  const installation = installationOf(payload);
  return {
    kind,
    label: `${event}${payload.action === undefined ? '' : `.${payload.action}`} (example ${number})`,
    path: GITHUB_PATH,
    headers: [...githubHeaders(event, guid, options.ids), ...githubSignatureHeaders(body, options.secret)],
    body,
    providerDeliveryId: guid,
    times: 1,
    expected: expectGithub({
      event,
      action: payload.action,
      hasInstallation: installation !== undefined,
      regions: installation === undefined ? undefined : options.regionsOf(installation),
    }),
  };
}

/** The installation that a payload names. */
export function installationOf({ installation }: GithubPayload): string | undefined {
  return installation?.id === undefined ? undefined : String(installation.id);
}
