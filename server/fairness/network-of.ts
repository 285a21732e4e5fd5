import { isIP } from 'node:net';

/**
 * The network of an address, as CIDR text: `203.0.113.9` → `203.0.113.0/24`, of IPv6 the /48. Enough to see that a link
 * went round, too little to say who opened it. `null` for what is no address.
 */
export function networkOf(address: string): string | null {
  const [bare = ''] = address.split('%', 1);
  const kind = isIP(bare);
  if (kind === 4) return networkOf4(bare.split('.').map(Number));
  if (kind !== 6) return null;
  const groups = groupsOf(bare);
  // An IPv4 address on a socket that takes both (RFC 4291, 2.5.5.2).
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return networkOf4(groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]));
  }
  const network = groups.slice(0, 3).map((group) => group.toString(16));
  return `${network.join(':')}::/48`;
}

/** What one network of a household or a machine is: an IPv4 address, of IPv6 the /64 (RFC 6177: nobody has less). */
export function hostOf(address: string): string {
  const [bare = ''] = address.split('%', 1);
  if (isIP(bare) !== 6) return bare;
  const groups = groupsOf(bare);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join('.');
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

function networkOf4([a, b, c]: readonly number[]): string {
  return `${a}.${b}.${c}.0/24`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [before = '', after] = address.split('::');
  const head = read(before);
  if (after === undefined) return head;
  const tail = read(after);
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function read(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
