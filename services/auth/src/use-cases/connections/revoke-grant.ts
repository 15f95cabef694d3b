import { AppError } from '@switchboard/errors';
import { defineIntent, type Intent } from '@switchboard/intents';
import { Secret } from '@switchboard/observability';
import { type Database, SYSTEM } from '@switchboard/storage';
import { Connection } from '../../domain/connection.ts';
import { isConsentVendor } from '../../domain/consent-vendors.ts';
import type { Installation } from '../../domain/installation.ts';
import type { Vendor } from '../../domain/vendors.ts';
import type { ConsentProvider } from '../../providers/consent-provider.ts';
import type { SealSecrets } from '../vault/seal-secrets.ts';

/** A grant whose connection is gone: what is needed to end it at the vendor, encrypted as it was on the connection. */
export interface RevokeGrantPayload {
  readonly connectionId: string;
  readonly workspaceId: string;
  readonly vendor: Vendor;
  readonly accountId: string;
  readonly sandbox: boolean;
  readonly secretsSealed: string;
}

/** Ends a grant at the vendor after its connection was deleted. Doing it twice does no harm. */
export function revokeGrant(deps: {
  database: Database;
  installation: Installation;
  provider: ConsentProvider;
  sealSecrets: SealSecrets;
}): Intent<RevokeGrantPayload, undefined> {
  return defineIntent<RevokeGrantPayload, undefined>({
    kind: 'revoke-grant',
    repeatable: true,
    async act({ connectionId, workspaceId, vendor, accountId, sandbox, secretsSealed }) {
      if (!isConsentVendor(vendor)) throw new AppError('INTERNAL', `${vendor} has no consent`);
      // Google ends all that a person allowed the application, whichever token it is told: somebody else's connection of
      // the same account, in this workspace or another, would end with it.
      const others = await deps.database.read(SYSTEM, (em) =>
        em.count(Connection, { vendor, accountId, sandbox, id: { $ne: connectionId } }),
      );
      if (others > 0) return undefined;
      const opened = await deps.database.read(SYSTEM, (em) =>
        deps.sealSecrets.open(em, { id: connectionId, workspaceId, secretsSealed }),
      );
      const { refreshToken } = opened.reveal();
      if (!refreshToken) return undefined;
      await deps.provider.revoke(deps.installation.consentCall(vendor, sandbox), new Secret(refreshToken));
      return undefined;
    },
    async settle() {},
    // The connection is gone in any case; at the vendor the grant then lasts until the person removes it there.
    async fail() {},
  });
}
