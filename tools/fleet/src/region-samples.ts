import { SLACK_DE, SLACK_SHARED } from '@switchyard/slack-stand-in';
import { SAMPLE_ORGANIZATIONS } from './samples';

/** A person of the samples, in the product and in Slack. */
export interface SamplePerson {
  readonly userId: number;
  readonly slackUserId: string;
  readonly email: string;
  readonly name: string;
}

/** Where an alert rule posts. */
export interface SampleChannel {
  readonly team: string;
  readonly channel: string;
}

/** What a region is told about one organization. */
export interface SampleRegionData {
  readonly organizationId: string;
  readonly members: readonly (SamplePerson & { readonly role: 'admin' | 'member' | 'owner' })[];
  readonly team: { readonly id: number; readonly slug: string };
  readonly project: { readonly id: number; readonly slug: string; readonly latestRelease: string | null };
  readonly issues: readonly { readonly id: number; readonly title: string; readonly culprit: string }[];
  readonly rule: { readonly id: number; readonly name: string; readonly channels: readonly SampleChannel[] };
}

const ADA: SamplePerson = { userId: 101, slackUserId: 'U0ADA', email: 'ada@example.com', name: 'Ada' };
const GRACE: SamplePerson = { userId: 102, slackUserId: 'U0GRACE', email: 'grace@example.com', name: 'Grace' };
const LINUS: SamplePerson = { userId: 103, slackUserId: 'U0LINUS', email: 'linus@example.com', name: 'Linus' };

const idOf = (slug: string): string => SAMPLE_ORGANIZATIONS.find((one) => one.slug === slug)?.id ?? '';

/** Acme in `us` with one workspace; Globex in `de`, whose alerts go to two workspaces. */
export const REGION_SAMPLES: readonly SampleRegionData[] = [
  {
    organizationId: idOf('acme'),
    members: [
      { ...ADA, role: 'admin' },
      { ...LINUS, role: 'member' },
    ],
    team: { id: 11, slug: 'core' },
    project: { id: 31, slug: 'web', latestRelease: null },
    issues: [{ id: 1001, title: 'TimeoutError: the login page took 30 s', culprit: 'login/session.ts in open' }],
    rule: { id: 51, name: 'New issues', channels: [{ team: SLACK_SHARED, channel: 'C0ALERTS' }] },
  },
  {
    organizationId: idOf('globex'),
    members: [
      { ...GRACE, role: 'owner' },
      { ...LINUS, role: 'member' },
      { ...ADA, role: 'member' },
    ],
    team: { id: 21, slug: 'shop' },
    project: { id: 41, slug: 'shop', latestRelease: 'shop@4.2.0' },
    issues: [
      {
        id: 2001,
        title: 'TypeError: cannot read properties of undefined (reading "total")',
        culprit: 'checkout/cart.ts in sumOf',
      },
    ],
    rule: {
      id: 61,
      name: 'Many users see an error',
      channels: [
        { team: SLACK_SHARED, channel: 'C0GLOBEX' },
        { team: SLACK_DE, channel: 'C0ONCALL' },
      ],
    },
  },
];
