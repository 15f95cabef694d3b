import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import type { Connection, OwnerKind } from '../../domain/connection.ts';
import { isConsentVendor, purposesOf } from '../../domain/consent-vendors.ts';
import type { Installation } from '../../domain/installation.ts';
import { refusal } from '../../domain/refusal.ts';
import type { Vendor } from '../../domain/vendors.ts';
import type { ConsentProvider } from '../../providers/consent-provider.ts';
import type { DecideOwner } from './decide-owner.ts';
import type { SaveGrant } from './save-grant.ts';

export interface ImportGrantInput {
  readonly vendor: Vendor;
  readonly refreshToken: Secret;
  /** Null for the user's own where a user acts, and the workspace's otherwise. */
  readonly owner: OwnerKind | null;
  /** Null for the sandbox until the installation has an application at the vendor. */
  readonly sandbox: boolean | null;
}

/**
 * Takes over what a person allowed an earlier product: its refresh token, which must have been given to the application
 * that this installation uses. It is used once, which shows that it is good and whose it is.
 */
export class ImportGrant {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly decideOwner: DecideOwner,
    private readonly installation: Installation,
    private readonly provider: ConsentProvider,
    private readonly saveGrant: SaveGrant,
    private readonly now: Clock,
  ) {}

  /**
   * @throws AppError REJECTED (`FORM_REQUIRED`, `GRANT_OVER`, `CONSENT_INCOMPLETE`, `CONSENT_NARROWER`,
   * `MAILBOX_NOT_SHARED`), UNSUPPORTED
   * without an application at the vendor, FORBIDDEN, UNAVAILABLE.
   */
  async execute(actor: WorkspaceActor, input: ImportGrantInput): Promise<Connection> {
    const { vendor, refreshToken } = input;
    if (!isConsentVendor(vendor)) {
      throw refusal('FORM_REQUIRED', `${vendor} is connected by connectionCreate.`, 'input.vendor');
    }
    const testOnly = actor.mode === 'test';
    const whose = await this.decideOwner.execute(actor, input.owner);
    const call = this.installation.consentCall(vendor, testOnly ? true : input.sandbox);
    const grant = await this.provider.refresh(call, refreshToken).catch((thrown) => {
      throw thrown?.code === 'RECONNECT_REQUIRED'
        ? refusal('GRANT_OVER', 'The vendor no longer accepts this token.', 'input.refreshToken')
        : thrown;
    });
    const scopes = grant.scopes ?? [];
    if (purposesOf(vendor, scopes).length === 0) {
      throw refusal(
        'CONSENT_INCOMPLETE',
        'The token allows nothing that is of use here.',
        'input.refreshToken',
      );
    }
    const account = await this.provider.identify(call, grant.accessToken);
    const owner = {
      ...whose,
      connectionId: null,
      vendor,
      sandbox: call.sandbox,
      testOnly,
    };
    const kept = { ...grant, scopes, refreshToken: grant.refreshToken ?? refreshToken };
    const save = () =>
      this.unitOfWork.run(SYSTEM, (tx) => this.saveGrant.connect(tx, owner, account, kept, this.now()));
    return save().catch((thrown) => {
      // The same account at the same moment: the second one finds the connection of the first.
      if (thrown instanceof UniqueConstraintViolationException) return save();
      throw thrown;
    });
  }
}
