import { Inject, Injectable } from '@nestjs/common';
import { jsonAnswer, problemAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import { PROVIDER_FACTS } from '../edge/request-router';
import type { ProviderFacts } from '../edge/request-router';
import { GATEWAY_SETTINGS } from '../gateway.settings';
import type { GatewaySettings } from '../gateway.settings';
import type { ControlView } from './control-views';

/** What an app tells Atlassian of itself; what differs is made from our address and name. */
type DescriptorOf = (publicUrl: string, appName: string) => object;

const keyOf = (appName: string): string => appName.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');

/** Serves an app descriptor of Atlassian Connect (spec: gateway.md §2.2). */
abstract class DescriptorView implements ControlView {
  abstract readonly name: string;
  protected abstract readonly descriptorOf: DescriptorOf;

  constructor(
    private readonly facts: ProviderFacts,
    private readonly settings: GatewaySettings,
  ) {}

  answer(): Promise<Answer> {
    const { publicUrl } = this.facts.secrets;
    const answer =
      publicUrl === undefined
        ? problemAnswer(503, 'not_configured', 'the descriptor needs SWITCHYARD_PUBLIC_URL')
        : jsonAnswer('control', 200, this.descriptorOf(publicUrl, this.settings.appName));
    return Promise.resolve(answer);
  }
}

@Injectable()
export class JiraDescriptorView extends DescriptorView {
  readonly name = 'jira.descriptor';
  protected readonly descriptorOf: DescriptorOf = (publicUrl, appName) => ({
    key: `${keyOf(appName)}.jira`,
    name: appName,
    description: `Connects ${appName} with Jira.`,
    baseUrl: `${publicUrl}/extensions/jira`,
    vendor: { name: appName, url: publicUrl },
    authentication: { type: 'jwt' },
    lifecycle: { installed: '/installed/', uninstalled: '/uninstalled/' },
    scopes: ['READ', 'WRITE', 'ACT_AS_USER'],
    // Signed installations: the shared secret is taken only from Atlassian itself.
    apiMigrations: { gdpr: true, 'context-qsh': true, 'signed-install': true },
    modules: { webhooks: [{ event: 'jira:issue_updated', url: '/issue-updated/', excludeBody: false }] },
  });

  constructor(@Inject(PROVIDER_FACTS) facts: ProviderFacts, @Inject(GATEWAY_SETTINGS) settings: GatewaySettings) {
    super(facts, settings);
  }
}

@Injectable()
export class BitbucketDescriptorView extends DescriptorView {
  readonly name = 'bitbucket.descriptor';
  protected readonly descriptorOf: DescriptorOf = (publicUrl, appName) => ({
    key: `${keyOf(appName)}.bitbucket`,
    name: appName,
    description: `Connects ${appName} with Bitbucket.`,
    baseUrl: `${publicUrl}/extensions/bitbucket`,
    vendor: { name: appName, url: publicUrl },
    authentication: { type: 'jwt' },
    lifecycle: { installed: '/installed/', uninstalled: '/uninstalled/' },
    contexts: ['account'],
    scopes: ['issue:write', 'pullrequest', 'webhook', 'repository'],
    modules: {},
  });

  constructor(@Inject(PROVIDER_FACTS) facts: ProviderFacts, @Inject(GATEWAY_SETTINGS) settings: GatewaySettings) {
    super(facts, settings);
  }
}
