import { parse, parseCIDR, IPv4, IPv6 } from 'ipaddr.js';

type Range = [IPv4 | IPv6, number];

/** Not the internet, or not one machine of it (spec: outgoing-webhooks.md §9.3). */
const BLOCKED = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Unspecified, loopback, and the old IPv4-compatible form.
  '::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** NAT64: the last four bytes are the IPv4 address that is reached. */
const TRANSLATED = parseCIDR('64:ff9b::/96');

/** Which addresses may be connected to. */
export interface AddressRulesOptions {
  /** Wins over everything that is blocked; CIDR. */
  readonly allowed?: readonly string[];
  /** Beyond the default list; CIDR. */
  readonly blocked?: readonly string[];
}

/** Says of an address whether a stranger may make us connect to it. */
export class AddressRules {
  private readonly allowed: readonly Range[];
  private readonly blocked: readonly Range[];

  /** @throws Error for a range that is not CIDR */
  constructor(options: AddressRulesOptions = {}) {
    this.allowed = (options.allowed ?? []).map((range) => parseCIDR(range));
    this.blocked = [...BLOCKED, ...(options.blocked ?? [])].map((range) => parseCIDR(range));
  }

  /** An address that is mapped or translated counts as the IPv4 address it leads to. What is no address is refused. */
  isAllowed(text: string): boolean {
    let address: IPv4 | IPv6;
    try {
      address = unwrap(parse(text));
    } catch {
      return false;
    }
    return isIn(address, this.allowed) || !isIn(address, this.blocked);
  }
}

function unwrap(address: IPv4 | IPv6): IPv4 | IPv6 {
  if (!(address instanceof IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  return address.match(TRANSLATED as [IPv6, number]) ? new IPv4(address.toByteArray().slice(12)) : address;
}

function isIn(address: IPv4 | IPv6, ranges: readonly Range[]): boolean {
  return ranges.some(([base, bits]) =>
    address instanceof IPv4
      ? base instanceof IPv4 && address.match(base, bits)
      : base instanceof IPv6 && address.match(base, bits),
  );
}
