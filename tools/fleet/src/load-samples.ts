import { SLACK_SAMPLES } from '@switchyard/slack-stand-in';
import { SAMPLE_INTEGRATIONS, SAMPLE_ORGANIZATIONS, sampleSecret } from './samples';
import type { SampleIntegration } from './samples';

/** Control's ids of the integrations, by `provider/externalId`. */
export type IntegrationIds = Readonly<Record<string, string>>;

/**
 * Loads the sample directory through the admin API. Idempotent.
 *
 * @param secretSeed from which the secrets of single integrations are made
 */
export async function loadSamples(gateway: string, adminToken: string, secretSeed: string): Promise<IntegrationIds> {
  const put = async (path: string, body: object): Promise<{ readonly id?: string }> => {
    const response = await fetch(`${gateway}/admin/api/${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`loading the samples: PUT ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as { readonly id?: string };
  };
  const ids: Record<string, string> = {};
  for (const { id, slug, name, region } of SAMPLE_ORGANIZATIONS) await put(`mappings/${id}`, { slug, name, region });
  for (const integration of SAMPLE_INTEGRATIONS) {
    const { provider, externalId, name, organizationIds } = integration;
    const secrets = secretsOf(integration, secretSeed);
    const { id = '' } = await put(`integrations/${provider}/${externalId}`, { name, secrets });
    ids[`${provider}/${externalId}`] = id;
    for (const organizationId of organizationIds)
      await put(`installations/${provider}/${externalId}/${organizationId}`, {});
  }
  return ids;
}

/** What control keeps sealed: a webhook secret, or the token of a bot of the stand-in. */
function secretsOf(integration: SampleIntegration, seed: string): object | undefined {
  if (integration.hasOwnSecret === true) return { webhookSecrets: [sampleSecret(seed, integration)] };
  if (integration.provider !== 'slack') return undefined;
  const workspace = SLACK_SAMPLES.find(({ teamId }) => teamId === integration.externalId);
  return workspace === undefined ? undefined : { accessToken: workspace.botToken };
}

/** Loads them into a directory that is empty; `undefined` when it is not. */
export async function loadSamplesOnce(
  gateway: string,
  adminToken: string,
  secretSeed: string,
): Promise<IntegrationIds | undefined> {
  const response = await fetch(`${gateway}/admin/api/mappings?limit=1`, {
    headers: { authorization: `Bearer ${adminToken}` },
  });
  if (!response.ok) throw new Error(`looking for samples: GET mappings answered ${response.status}`);
  const { items } = (await response.json()) as { items: readonly unknown[] };
  return items.length > 0 ? undefined : loadSamples(gateway, adminToken, secretSeed);
}
