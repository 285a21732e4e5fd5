import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * The network of an address, as CIDR text: `203.0.113.9` → `203.0.113.0/24`, of IPv6 the /48. Enough to see that a link
 * went round, too little to say who opened it. `null` for what is no address.
 */
export function networkOf(address: string): string | null {
  const read = readAddress(withoutZone(address));
  if (read === null) return null;
  if (read instanceof ipaddr.IPv4) return `${read.octets.slice(0, 3).join('.')}.0/24`;
  return `${groupsText(read, 3)}::/48`;
}

/**
 * What one network of a household or a machine is: an IPv4 address, of IPv6 the /64 (RFC 6177: nobody has less). What is no
 * address is told as it is.
 */
export function hostOf(address: string): string {
  const bare = withoutZone(address);
  const read = readAddress(bare);
  if (read === null) return bare;
  return read instanceof ipaddr.IPv4 ? read.toString() : `${groupsText(read, 4)}::/64`;
}

/** `fe80::1%eth0` → `fe80::1`: by which of its own interfaces a machine reaches somebody says nothing of them. */
function withoutZone(address: string): string {
  const [bare = ''] = address.split('%', 1);
  return bare;
}

/** An address; an IPv4 one also where a socket that takes both tells it as IPv6 (RFC 4291, 2.5.5.2). */
function readAddress(bare: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  // By itself ipaddr.js reads `010.1` and `0x7f.1`, too: an address in as many spellings would be as many callers.
  if (isIP(bare) === 0) return null;
  // It reads the deprecated `::203.0.113.9` as IPv4; that is an address of its own (RFC 4291, 2.5.5.1).
  return ipaddr.process(bare.replace(/^::(?=\d+[.])/, '0::'));
}

function groupsText({ parts }: ipaddr.IPv6, count: number): string {
  return parts
    .slice(0, count)
    .map((group) => group.toString(16))
    .join(':');
}
