import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Actor } from '@switchboard/identity';

/**
 * Names the account a caller spends from: its API key, its session, or, for nobody, its address. The name is a
 * digest, because it travels between gateways.
 */
export function accountOf(actor: Actor, clientIp: string): string {
  return createHash('sha256').update(ownerOf(actor, clientIp)).digest('base64url').slice(0, 22);
}

function ownerOf(actor: Actor, clientIp: string): string {
  if (actor.kind === 'anonymous') return `address:${networkOf(clientIp)}`;
  if (actor.apiKeyId) return `key:${actor.apiKeyId}`;
  if (actor.sessionId) return `session:${actor.sessionId}`;
  return `user:${actor.userId ?? actor.agentId ?? ''}:${actor.workspaceId}`;
}

/** One subscriber holds at least a whole /64 (RFC 6177), so that single addresses would be no limit at all. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] ?? address;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - behind.length);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...behind];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
