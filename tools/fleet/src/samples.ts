import { createHmac } from 'node:crypto';

/** One organization of the sample directory. */
export interface SampleOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly region: 'de' | 'us';
}

/** One integration of the sample directory, with the organizations that installed it. */
export interface SampleIntegration {
  readonly provider: 'bitbucket' | 'github' | 'gitlab' | 'slack' | 'vsts';
  readonly externalId: string;
  readonly name: string;
  readonly organizationIds: readonly string[];
  /** Whether it signs with a secret of its own, see {@link sampleSecret}. */
  readonly hasOwnSecret?: boolean;
}

const ACME = '1';
const GLOBEX = '2';
const INITECH = '3';
const UMBRELLA = '4';

/** Two organizations in each region. */
export const SAMPLE_ORGANIZATIONS: readonly SampleOrganization[] = [
  { id: ACME, slug: 'acme', name: 'Acme', region: 'us' },
  { id: GLOBEX, slug: 'globex', name: 'Globex', region: 'de' },
  { id: INITECH, slug: 'initech', name: 'Initech', region: 'us' },
  { id: UMBRELLA, slug: 'umbrella', name: 'Umbrella', region: 'de' },
];

const github = (externalId: string, ...organizationIds: string[]): SampleIntegration => ({
  provider: 'github',
  externalId,
  name: `github-${externalId}`,
  organizationIds,
});

/** The installation that lives in both regions, and that stands in where an example names none. */
export const SAMPLE_GITHUB_INSTALLATION = '1';
/** A Slack workspace that lives in both regions, and one that lives in `de` only. */
export const SAMPLE_SLACK_TEAM = 'T0SWITCH';
export const SAMPLE_SLACK_TEAM_DE = 'T0GLOBEX';

/** GitHub's are those that the examples of `@octokit/webhooks-examples` name. */
export const SAMPLE_INTEGRATIONS: readonly SampleIntegration[] = [
  github(SAMPLE_GITHUB_INSTALLATION, ACME, GLOBEX),
  github('2', ACME),
  github('249715', GLOBEX),
  github('375706', INITECH),
  github('690857', UMBRELLA),
  github('957387', ACME, INITECH, UMBRELLA),
  github('3456996', GLOBEX, UMBRELLA),
  github('13986380', ACME),
  github('14662836', GLOBEX),
  github('16598467', INITECH, GLOBEX),
  github('23154469', ACME),
  github('35490125', UMBRELLA),
  { provider: 'slack', externalId: SAMPLE_SLACK_TEAM, name: 'Acme and Globex', organizationIds: [ACME, GLOBEX] },
  { provider: 'slack', externalId: SAMPLE_SLACK_TEAM_DE, name: 'Globex', organizationIds: [GLOBEX] },
  {
    provider: 'gitlab',
    externalId: 'gitlab.example.com:acme',
    name: 'Acme on GitLab',
    organizationIds: [ACME, GLOBEX],
    hasOwnSecret: true,
  },
  {
    provider: 'vsts',
    externalId: 'c12d0eb8-e382-443b-9f9c-c52cba5014c2',
    name: 'Umbrella on Azure DevOps',
    organizationIds: [UMBRELLA],
    hasOwnSecret: true,
  },
  {
    provider: 'bitbucket',
    externalId: '{c0a2d6c4-5d1d-4f9c-8f73-0f5b4d8a9f10}',
    name: 'Initech on Bitbucket',
    organizationIds: [INITECH],
    hasOwnSecret: true,
  },
];

/** The webhook secret of a sample integration: the same at every start, another one in every fleet. */
export function sampleSecret(seed: string, { provider, externalId }: SampleIntegration): string {
  return createHmac('sha256', seed).update(`${provider}/${externalId}`).digest('hex');
}

/** Regions that hold an integration's organizations, sorted. */
export function sampleRegions({ organizationIds }: SampleIntegration): readonly string[] {
  const regions = SAMPLE_ORGANIZATIONS.filter(({ id }) => organizationIds.includes(id)).map(({ region }) => region);
  return [...new Set(regions)].sort();
}
