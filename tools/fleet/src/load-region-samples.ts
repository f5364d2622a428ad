import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { IntegrationIds } from './load-samples';
import { REGION_SAMPLES } from './region-samples';
import type { SampleChannel, SampleRegionData } from './region-samples';
import { SAMPLE_INTEGRATIONS, SAMPLE_ORGANIZATIONS } from './samples';

const FEED_WAIT_MS = 20_000;
const POLL_MS = 100;

/** The regions of a fleet, as far as samples need them. */
export interface SampleRegions {
  /** Addresses by region. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Connection strings by region. */
  readonly databases: Readonly<Record<string, string>>;
  readonly adminToken: string;
}

/** Tells each region of its organizations, people, projects, issues and alert rules, and fires each rule once. */
export async function loadRegionSamples(regions: SampleRegions, integrationIds: IntegrationIds): Promise<void> {
  for (const sample of REGION_SAMPLES) {
    const organization = SAMPLE_ORGANIZATIONS.find(({ id }) => id === sample.organizationId);
    if (organization === undefined) continue;
    const call = callerOf(regions.addresses[organization.region] ?? '', regions.adminToken);
    const { slug, name, region } = organization;
    await call('PUT', `organizations/${sample.organizationId}`, { slug, name, options: { threadsIncludeNotes: true } });
    await loadOrganization(call, sample, integrationIds);
    await linkPeople(regions.databases[region] ?? '', sample, integrationIds);
    const [issue] = sample.issues;
    if (issue !== undefined) await fireOnce(call, sample.rule.id, issue.id);
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

/** Who is who in Slack. Nothing tells a region yet but its own table. */
async function linkPeople(database: string, sample: SampleRegionData, ids: IntegrationIds): Promise<void> {
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    for (const { provider, externalId, organizationIds } of SAMPLE_INTEGRATIONS) {
      if (provider !== 'slack' || !organizationIds.includes(sample.organizationId)) continue;
      for (const { slackUserId, userId } of sample.members)
        await client.query(
          `INSERT INTO slack_identity (integration_id, slack_user_id, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
          [ids[`slack/${externalId}`], slackUserId, userId],
        );
    }
  } finally {
    await client.end();
  }
}

/** The region learns its workspaces from control, which takes a moment. */
async function fireOnce(call: Caller, ruleId: number, issueId: number): Promise<void> {
  const endsAt = Date.now() + FEED_WAIT_MS;
  for (;;) {
    const { channels } = (await call('POST', `alert-rules/${ruleId}/fire`, { issueId })) as {
      channels: readonly { readonly kind: string; readonly reason?: string }[];
    };
    if (channels.every(({ reason }) => reason !== 'no_integration' && reason !== 'other_organization')) return;
    if (Date.now() > endsAt)
      throw new Error(`loading the samples: rule ${ruleId} could not post: ${JSON.stringify(channels)}`);
    await delay(POLL_MS);
  }
}

type Caller = (method: 'POST' | 'PUT', path: string, body: object) => Promise<unknown>;

function callerOf(region: string, adminToken: string): Caller {
  return async (method, path, body) => {
    const response = await fetch(`${region}/admin/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`loading the samples: ${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as unknown);
  };
}
