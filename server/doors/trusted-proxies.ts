import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** For Express' `trust proxy`: how many hops, or which networks; `false`: the address of the connection is the client's. */
export type TrustedProxies = false | number | string[];

/** Reads `2` (hops) or `10.0.0.0/8, 127.0.0.1` (networks and addresses); `null` when it is neither. */
export function readTrustedProxies(text: string): TrustedProxies | null {
  if (/^\d{1,2}$/.test(text.trim())) return Number(text) === 0 ? false : Number(text);
  const networks = text.split(',').map((each) => each.trim());
  return networks.every(isNetwork) ? networks : null;
}

/**
 * The address of who asks: the nearest one that is no trusted proxy, as Express tells it.
 * @param isTrusted Express' `trust proxy fn`
 */
export function addressOf(
  { socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>,
  isTrusted: (address: string, hop: number) => boolean,
): string {
  const told = String(headers['x-forwarded-for'] ?? '').split(',');
  const chain = [
    socket.remoteAddress ?? '',
    ...told
      .reverse()
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  ];
  const hopOfClient = chain.findIndex((address, hop) => !isTrusted(address, hop));
  return chain.at(hopOfClient) ?? '';
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  // Everybody, `/0`, is no network of proxies: then who asks could be told by anyone.
  if (!/^[1-9]\d{0,2}$/.test(bits)) return false;
  try {
    new BlockList().addSubnet(address, Number(bits), version === 6 ? 'ipv6' : 'ipv4');
    return true;
  } catch {
    return false;
  }
}
