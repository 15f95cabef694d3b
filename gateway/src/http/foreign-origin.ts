import type { FastifyRequest } from 'fastify';

/**
 * Whether a page of another origin sent a request. Browsers say where a page is from and no page can change it;
 * everything that is no browser says nothing. Own is what has the installation's address, or the one it was asked at.
 */
export function hasForeignOrigin(request: Pick<FastifyRequest, 'headers'>, publicUrl: string): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return false;
  const sender = URL.parse(origin);
  return !sender || (sender.origin !== new URL(publicUrl).origin && sender.host !== host);
}
