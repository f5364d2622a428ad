import { SAMPLE_INTEGRATIONS, SAMPLE_ORGANIZATIONS } from './samples';

/** Loads the sample directory through the admin API. Idempotent. */
export async function loadSamples(gateway: string, adminToken: string): Promise<void> {
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
  for (const { provider, externalId, name, organizationIds } of SAMPLE_INTEGRATIONS) {
    await put(`integrations/${provider}/${externalId}`, { name });
    for (const id of organizationIds) await put(`installations/${provider}/${externalId}/${id}`, {});
  }
}

/** Loads them into a directory that is empty; false when it is not. */
export async function loadSamplesOnce(gateway: string, adminToken: string): Promise<boolean> {
  const response = await fetch(`${gateway}/admin/api/mappings?limit=1`, {
    headers: { authorization: `Bearer ${adminToken}` },
  });
  if (!response.ok) throw new Error(`looking for samples: GET mappings answered ${response.status}`);
  const { items } = (await response.json()) as { items: readonly unknown[] };
  if (items.length > 0) return false;
  await loadSamples(gateway, adminToken);
  return true;
}
