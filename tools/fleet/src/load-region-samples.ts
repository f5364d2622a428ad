import { setTimeout as delay } from 'node:timers/promises';
import type { IntegrationIds } from './load-samples';
import { REGION_SAMPLES } from './region-samples';
import type { SampleChannel, SampleRegionData } from './region-samples';
import { SAMPLE_INTEGRATIONS, SAMPLE_ORGANIZATIONS } from './samples';

const FEED_WAIT_MS = 20_000;
const POLL_MS = 100;

/** A fleet, as far as samples need it. */
export interface SampleFleet {
  readonly addresses: { readonly gateway: string; readonly regions: Readonly<Record<string, string>> };
  readonly adminToken: string;
}

/** Tells each region of its organizations, people, projects, issues and alert rules. Idempotent. */
export async function loadRegionSamples(fleet: SampleFleet, integrationIds: IntegrationIds): Promise<void> {
  for (const sample of REGION_SAMPLES) {
    const organization = SAMPLE_ORGANIZATIONS.find(({ id }) => id === sample.organizationId);
    if (organization === undefined) continue;
    const call = callerOf(fleet.addresses.regions[organization.region] ?? '', fleet.adminToken);
    const { slug, name } = organization;
    await call('PUT', `organizations/${sample.organizationId}`, { slug, name, options: { threadsIncludeNotes: true } });
    await loadOrganization(call, sample, integrationIds);
    await linkPeople(callerOf(fleet.addresses.gateway, fleet.adminToken), sample);
  }
}

/**
 * Tells the channels of each sample rule of its first issue, so that there is something to see.
 *
 * @throws Error when a region has not learned of its workspaces in time
 */
export async function fireSampleRules(fleet: SampleFleet, signal: AbortSignal): Promise<void> {
  for (const { organizationId, issues, rule } of REGION_SAMPLES) {
    const region = SAMPLE_ORGANIZATIONS.find(({ id }) => id === organizationId)?.region ?? '';
    const call = callerOf(fleet.addresses.regions[region] ?? '', fleet.adminToken);
    const [issue] = issues;
    if (issue !== undefined) await fireRule(call, rule.id, issue.id, signal);
  }
}

async function loadOrganization(call: Caller, sample: SampleRegionData, integrationIds: IntegrationIds): Promise<void> {
  const { organizationId, members, team, project, issues, rule } = sample;
  for (const { userId, email, name, role } of members)
    await call('PUT', `organizations/${organizationId}/members/${userId}`, { email, name, role });
  const people = members.map(({ userId }) => ({ userId }));
  await call('PUT', `teams/${team.id}`, { organizationId, slug: team.slug, name: team.slug, members: people });
  const { id: projectId, slug, latestRelease } = project;
  await call('PUT', `projects/${projectId}`, { organizationId, slug, name: slug, teamIds: [team.id], latestRelease });
  for (const [index, { id, title, culprit }] of issues.entries())
    await call('PUT', `issues/${id}`, { projectId, shortNumber: index + 1, title, culprit });
  await call('PUT', `alert-rules/${rule.id}`, {
    projectId,
    name: rule.name,
    actions: rule.channels.map((channel, index) => actionOf(rule.id, index, channel, integrationIds)),
  });
}

function actionOf(ruleId: number, index: number, { team, channel }: SampleChannel, ids: IntegrationIds): object {
  const uuid = `00000000-0000-4000-8000-${String(ruleId * 100 + index).padStart(12, '0')}`;
  return { uuid, integrationId: ids[`slack/${team}`], channelId: channel };
}

/** Control knows who is who in Slack, and tells the regions. */
async function linkPeople(call: Caller, { organizationId, members }: SampleRegionData): Promise<void> {
  for (const { provider, externalId, organizationIds } of SAMPLE_INTEGRATIONS) {
    if (provider !== 'slack' || !organizationIds.includes(organizationId)) continue;
    for (const { slackUserId, userId } of members)
      await call('PUT', `integrations/slack/${externalId}/identities/${slackUserId}`, { userId: String(userId) });
  }
}

/** The region learns its workspaces from control, which takes a moment. */
async function fireRule(call: Caller, ruleId: number, issueId: number, signal: AbortSignal): Promise<void> {
  const endsAt = Date.now() + FEED_WAIT_MS;
  for (;;) {
    const { channels } = (await call('POST', `alert-rules/${ruleId}/fire`, { issueId })) as {
      channels: readonly { readonly kind: string; readonly reason?: string }[];
    };
    if (channels.every(({ reason }) => reason !== 'no_integration' && reason !== 'other_organization')) return;
    if (Date.now() > endsAt)
      throw new Error(`loading the samples: rule ${ruleId} could not post: ${JSON.stringify(channels)}`);
    await delay(POLL_MS, undefined, { signal });
  }
}

type Caller = (method: 'POST' | 'PUT', path: string, body: object) => Promise<unknown>;

function callerOf(silo: string, adminToken: string): Caller {
  return async (method, path, body) => {
    const response = await fetch(`${silo}/admin/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`loading the samples: ${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as unknown);
  };
}
