import { addressList } from '@switchyard/parsers';

/** What is kept of the addresses that Atlassian publishes. */
export interface AddressRanges {
  /** Date of the list, `YYYY-MM-DD`. */
  readonly updated: string;
  readonly source: string;
  /** In CIDR notation, sorted, without repeats. */
  readonly ranges: readonly string[];
}

interface PublishedItem {
  readonly cidr: string;
  readonly product?: readonly string[];
  readonly direction?: readonly string[];
}

/** Fewer would mean that the list has another form than we know. */
const RANGES_MIN = 2;

/**
 * Picks the ranges from which Bitbucket sends out of Atlassian's document.
 *
 * @throws Error for a document of another form
 */
export function pickRanges(document: unknown, source: string): AddressRanges {
  const { creationDate, items } = document as { creationDate?: unknown; items?: unknown };
  if (typeof creationDate !== 'string' || !Array.isArray(items)) {
    throw new Error(
      'The document has no creationDate or no items: it is not a list of address ranges as Atlassian publishes it.',
    );
  }
  const ranges = (items as readonly PublishedItem[])
    .filter(({ product = [], direction = ['egress'] }) => product.includes('bitbucket') && direction.includes('egress'))
    .map(({ cidr }) => cidr);
  if (ranges.length < RANGES_MIN)
    throw new Error('The document names fewer than two ranges of Bitbucket: look at it first.');
  addressList(ranges);
  return { updated: creationDate.slice(0, 10), source, ranges: [...new Set(ranges)].sort() };
}
