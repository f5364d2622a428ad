import { SwitchyardError } from '@switchyard/primitives';

/** One region silo, as configured. */
export interface Region {
  readonly name: string;
  /** `http://host:port` or `https://host:port`: an origin, with no path. */
  readonly address: string;
  /** Number of the region in ids that it issues. */
  readonly snowflakeId: number;
  readonly category: 'MULTI_TENANT' | 'SINGLE_TENANT';
  /** Whether people may choose it. */
  readonly isVisible: boolean;
}

/** A region's name that the configuration does not know. */
export class RegionResolutionError extends SwitchyardError {
  constructor(name: string) {
    super('The region is not configured', {
      code: 'SWY_SILO_UNKNOWN_REGION',
      remedy: 'Add the region to SWITCHYARD_REGIONS, or correct the mapping that names it.',
      details: { region: name },
    });
  }
}

/** The configured regions. They do not change while the process runs. */
export class RegionDirectory {
  private readonly byName: ReadonlyMap<string, Region>;
  private readonly sorted: readonly Region[];

  constructor(regions: readonly Region[]) {
    this.sorted = [...regions].sort((left, right) => (left.name < right.name ? -1 : 1));
    this.byName = new Map(this.sorted.map((region) => [region.name, region]));
  }

  /**
   * The region of that name.
   *
   * @throws RegionResolutionError when there is none
   */
  get(name: string): Region {
    const region = this.byName.get(name);
    if (region === undefined) throw new RegionResolutionError(name);
    return region;
  }

  /** The region of that name, or `undefined`. */
  find(name: string): Region | undefined {
    return this.byName.get(name);
  }

  /** Whether a region of that name is configured. */
  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Every region, by name ascending. */
  all(): readonly Region[] {
    return this.sorted;
  }
}
