import { SAMPLE_INTEGRATIONS, SAMPLE_ORGANIZATIONS, sampleSecret } from './samples';

/**
 * Loads the sample directory through the admin API. Idempotent.
 *
 * @param secretSeed from which the secrets of single integrations are made
 */
export async function loadSamples(gateway: string, adminToken: string, secretSeed: string): Promise<void> {
  const put = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${gateway}/admin/api/${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error(`loading the samples: PUT ${path} answered ${response.status}: ${await response.text()}`);
  };
  for (const { id, slug, name, region } of SAMPLE_ORGANIZATIONS) await put(`mappings/${id}`, { slug, name, region });
  for (const integration of SAMPLE_INTEGRATIONS) {
    const { provider, externalId, name, organizationIds, hasOwnSecret } = integration;
    const secrets = hasOwnSecret === true ? { webhookSecrets: [sampleSecret(secretSeed, integration)] } : undefined;
    await put(`integrations/${provider}/${externalId}`, { name, secrets });
    for (const id of organizationIds) await put(`installations/${provider}/${externalId}/${id}`, {});
  }
}

/** Loads them into a directory that is empty; false when it is not. */
export async function loadSamplesOnce(gateway: string, adminToken: string, secretSeed: string): Promise<boolean> {
  const response = await fetch(`${gateway}/admin/api/mappings?limit=1`, {
    headers: { authorization: `Bearer ${adminToken}` },
  });
  if (!response.ok) throw new Error(`looking for samples: GET mappings answered ${response.status}`);
  const { items } = (await response.json()) as { items: readonly unknown[] };
  if (items.length > 0) return false;
  await loadSamples(gateway, adminToken, secretSeed);
  return true;
}
