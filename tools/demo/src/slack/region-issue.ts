import { randomInt } from 'node:crypto';
import { REGION_SAMPLES, SAMPLE_ORGANIZATIONS } from '@switchyard/fleet';
import type { FleetDescription } from '@switchyard/fleet';

type Json = Record<string, unknown>;
const TIMEOUT_MS = 10_000;

/** A new issue of a sample organization, in the region where that lives. */
export class RegionIssue {
  readonly id = randomInt(1_000_000, 2_000_000_000);
  /** `SHOP-42`, once it is there. */
  shortId = '';
  private readonly shortNumber = randomInt(1_000, 1_000_000);
  private readonly sample: (typeof REGION_SAMPLES)[number];

  constructor(
    private readonly fleet: FleetDescription,
    private readonly slug: string,
  ) {
    const sample = REGION_SAMPLES.find(({ organizationId }) => organizationId === this.organization?.id);
    if (sample === undefined) throw new RangeError(`the samples have no issues of ${slug}`);
    this.sample = sample;
  }

  get channels(): (typeof REGION_SAMPLES)[number]['rule']['channels'] {
    return this.sample.rule.channels;
  }

  /** Creates it and fires the sample rule; resolves to what became of each channel. */
  async alert(title: string): Promise<readonly Json[]> {
    const { project, rule } = this.sample;
    const facts = { projectId: project.id, shortNumber: this.shortNumber, title };
    this.shortId = String((await this.ask('PUT', `issues/${this.id}`, facts))['shortId']);
    const { channels } = await this.ask('POST', `alert-rules/${rule.id}/fire`, { issueId: this.id });
    return channels as readonly Json[];
  }

  /** Somebody does something about it in the product. */
  change(name: string, change: object): Promise<Json> {
    return this.ask('POST', `issues/${this.id}/changes`, { userId: this.userId(name), change });
  }

  async status(): Promise<unknown> {
    return (await this.ask('GET', `issues/${this.id}`))['status'];
  }

  userId(name: string): number {
    return this.sample.members.find((member) => member.name === name)?.userId ?? 0;
  }

  private get organization(): (typeof SAMPLE_ORGANIZATIONS)[number] | undefined {
    return SAMPLE_ORGANIZATIONS.find(({ slug }) => slug === this.slug);
  }

  private async ask(method: string, path: string, body?: object): Promise<Json> {
    const region = this.fleet.addresses.regions[this.organization?.region ?? ''] ?? '';
    const response = await fetch(`${region}/admin/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.fleet.adminToken}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Json;
  }
}
