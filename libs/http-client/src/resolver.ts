import { Resolver } from 'node:dns/promises';

/** Finds every address of a host name. */
export interface AddressResolver {
  /** Never asks with a search domain added. @throws when there is none, or after `timeoutMs` */
  resolveAll(host: string, timeoutMs: number): Promise<readonly string[]>;
}

/** Asks the DNS servers of the machine, for IPv4 and IPv6 at once; a query that hangs occupies no thread. */
export const dnsResolver: AddressResolver = {
  async resolveAll(host, timeoutMs) {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length === 0) throw new Error('the name has no address');
    return addresses;
  },
};
