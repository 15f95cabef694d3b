import type { Known } from './operations/operation.ts';

/** The pages that links in our mails lead to: which ready-made operation, and under which name what ends the link is known. */
const LINKS = {
  'verify-email': { operation: 'VerifyEmail', known: 'verifyToken' },
  'accept-invitation': { operation: 'AcceptInvitation', known: 'invitationToken' },
  'reset-password': { operation: 'ResetPassword', known: 'resetToken' },
  'data-requests': { operation: 'DataRequest', known: 'dataRequestId' },
} as const;

/** What to open for a link such as `/verify-email/<token>`; undefined for any other path. */
export function readMailLink(path: string): { operation: string; known: Known } | undefined {
  const [, page, token] = /^\/([a-z-]+)\/([\w.~-]+)\/?$/.exec(path) ?? [];
  if (!page || !token || !Object.hasOwn(LINKS, page)) return undefined;
  const link = LINKS[page as keyof typeof LINKS];
  return { operation: link.operation, known: { [link.known]: token } };
}
