import type { IncomingMessage } from 'node:http';

const FORWARDED_MAX_CHARS = 2_000;

/**
 * The address of whoever sent a request: the socket's, or with `trustedProxies` of our own in front, the entry of
 * `X-Forwarded-For` that the outermost of them wrote. What stands further left was written by the sender and is worth nothing.
 */
export function senderAddressOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  trustedProxies: number,
): string | undefined {
  const direct = withoutMapping(socket.remoteAddress);
  if (trustedProxies === 0) return direct;
  const header = headers['x-forwarded-for'];
  const line = (Array.isArray(header) ? header.join(',') : (header ?? '')).slice(-FORWARDED_MAX_CHARS);
  const entries = line.split(',').map((entry) => entry.trim());
  // A request that did not come through all the proxies has too few entries: nothing is known of its sender then.
  return entries.length < trustedProxies ? undefined : withoutMapping(entries[entries.length - trustedProxies]);
}

/** An IPv4 address that came over an IPv6 socket is written as IPv4, as in address lists. */
const withoutMapping = (address: string | undefined): string | undefined =>
  address?.startsWith('::ffff:') === true ? address.slice(7) : address || undefined;
