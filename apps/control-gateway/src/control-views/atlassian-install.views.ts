import { Inject, Injectable } from '@nestjs/common';
import { DirectoryService } from '@switchyard/directory';
import type { ControlDecision, JsonObject } from '@switchyard/parsers';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { jsonAnswer, problemAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';
import type { ControlView } from './control-views';
import { hostOf, nameAt, objectAt, textAt } from './payload-text';

const CLIENT_KEY_MAX = 64;
const SECRET_MAX = 256;
const URL_MAX = 500;

/** An Atlassian product with Connect apps. */
interface Product {
  readonly provider: 'jira' | 'bitbucket';
  /** Whether the parser verifies an installation by itself: with a key that Atlassian publishes. */
  readonly isInstallSigned: boolean;
  readonly nameOf: (body: JsonObject, baseUrl: string | undefined) => string;
}

const JIRA: Product = {
  provider: 'jira',
  isInstallSigned: true,
  nameOf: (_body, baseUrl) => hostOf(baseUrl) ?? 'Jira',
};

const BITBUCKET: Product = {
  provider: 'bitbucket',
  isInstallSigned: false,
  nameOf: (body) =>
    nameAt(objectAt(body, 'principal'), 'display_name', nameAt(objectAt(body, 'principal'), 'username', 'Bitbucket')),
};

/** Whether the request was signed for this very account: the signature of one site says nothing of another. */
const proves = ({ isVerified, provenExternalId }: ControlDecision, clientKey: string): boolean =>
  isVerified && provenExternalId === clientKey;

/**
 * A site installs the app and hands over the secret that it shares with us (spec: gateway.md §2.2).
 *
 * Jira signs installations with a published key. Bitbucket cannot sign the first one; so a first one is taken (no organization
 * uses it yet), and an account that is known already is changed only by a signed request: otherwise anybody could put a secret
 * of their own in the place of the account's.
 */
class InstalledView implements ControlView {
  readonly name: string;

  constructor(
    private readonly product: Product,
    private readonly directory: DirectoryService,
    private readonly logger: Logger,
  ) {
    this.name = `${product.provider}.installed`;
  }

  async answer({ id, inbound }: EdgeRequest, decision: ControlDecision): Promise<Answer> {
    const { provider, isInstallSigned, nameOf } = this.product;
    const body = inbound.json();
    const clientKey = textAt(body, 'clientKey', CLIENT_KEY_MAX);
    const sharedSecret = textAt(body, 'sharedSecret', SECRET_MAX);
    if (body === undefined || clientKey === undefined || sharedSecret === undefined) {
      return problemAnswer(400, 'bad_body', 'the body needs clientKey and sharedSecret');
    }
    if (!proves(decision, clientKey)) {
      if (isInstallSigned) return problemAnswer(401, 'bad_signature', 'the request could not be authenticated');
      const known = await this.directory.getIntegration(provider, clientKey);
      if (known !== null)
        return problemAnswer(401, 'bad_signature', 'a known account can be changed by a signed request only');
    }
    const baseUrl = textAt(body, 'baseUrl', URL_MAX);
    await this.directory.installIntegration(provider, clientKey, {
      name: nameOf(body, baseUrl),
      metadata: { baseUrl: baseUrl ?? null, productType: textAt(body, 'productType', CLIENT_KEY_MAX) ?? provider },
      secrets: { webhookSecrets: [sharedSecret] },
    });
    this.logger.info({ request_id: id, provider, external_id: clientKey, status: 'active' }, 'integration.switched');
    return jsonAnswer('control', 204);
  }
}

/** A site removes the app: its integration is switched off, if the request proves that it is the site's own. */
class UninstalledView implements ControlView {
  readonly name: string;

  constructor(
    private readonly product: Product,
    private readonly directory: DirectoryService,
    private readonly logger: Logger,
  ) {
    this.name = `${product.provider}.uninstalled`;
  }

  async answer({ id, inbound }: EdgeRequest, decision: ControlDecision): Promise<Answer> {
    const { provider } = this.product;
    const clientKey = textAt(inbound.json(), 'clientKey', CLIENT_KEY_MAX);
    if (clientKey === undefined) return problemAnswer(400, 'bad_body', 'the body needs clientKey');
    if (!proves(decision, clientKey)) {
      return problemAnswer(401, 'bad_signature', 'the request could not be authenticated');
    }
    await this.directory.switchIntegration(provider, clientKey, 'disabled', clientKey);
    this.logger.info({ request_id: id, provider, external_id: clientKey, status: 'disabled' }, 'integration.switched');
    return jsonAnswer('control', 204);
  }
}

@Injectable()
export class JiraInstalledView extends InstalledView {
  constructor(directory: DirectoryService, @Inject(LOGGER) logger: Logger) {
    super(JIRA, directory, logger);
  }
}

@Injectable()
export class JiraUninstalledView extends UninstalledView {
  constructor(directory: DirectoryService, @Inject(LOGGER) logger: Logger) {
    super(JIRA, directory, logger);
  }
}

@Injectable()
export class BitbucketInstalledView extends InstalledView {
  constructor(directory: DirectoryService, @Inject(LOGGER) logger: Logger) {
    super(BITBUCKET, directory, logger);
  }
}

@Injectable()
export class BitbucketUninstalledView extends UninstalledView {
  constructor(directory: DirectoryService, @Inject(LOGGER) logger: Logger) {
    super(BITBUCKET, directory, logger);
  }
}
