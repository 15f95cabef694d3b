import { notFound } from '@switchboard/errors';
import { requireScope, type WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { UnitOfWork } from '@switchboard/messaging';
import { after, type Clock } from '../../domain/clock.ts';
import { Connection, type OwnerKind, PLATFORM_WORKSPACE } from '../../domain/connection.ts';
import {
  CONSENT_LIFETIME_MS,
  Consent,
  challengeOf,
  hashState,
  newState,
  verifierFor,
} from '../../domain/consent.ts';
import { isConsentVendor, type Purpose, redirectUriOf, scopesFor } from '../../domain/consent-vendors.ts';
import type { Installation } from '../../domain/installation.ts';
import { refusal } from '../../domain/refusal.ts';
import { requireReturnUrl } from '../../domain/return-url.ts';
import type { SigningKeys } from '../../domain/signing-keys.ts';
import type { Vendor } from '../../domain/vendors.ts';
import type { ConsentProvider } from '../../providers/consent-provider.ts';
import type { ReachConnections } from '../connections/reach-connections.ts';
import { holderOf } from './consent-holder.ts';
import type { DecideOwner } from './decide-owner.ts';
import { requireNoMailbox } from './save-grant.ts';

export interface StartConsentInput {
  readonly vendor: Vendor;
  readonly purpose: Purpose;
  readonly returnUrl: string;
  /** Null for the user's own where a user acts, and the workspace's otherwise. */
  readonly owner: OwnerKind | null;
  /** Null for the sandbox until the installation has an application at the vendor. */
  readonly sandbox: boolean | null;
  /** A connection to renew or to widen: what it was granted before is asked for again. */
  readonly connectionId: string | null;
}

/** Where people come from and go to. */
export interface ConsentAddresses {
  /** Address of the gateway, without a slash at the end. */
  readonly publicUrl: string;
  /** Where people may be sent back to. */
  readonly returnOrigins: readonly string[];
}

/** Sends a person to a vendor's page, where they allow the installation to act for them. */
export class StartConsent {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reach: ReachConnections,
    private readonly decideOwner: DecideOwner,
    private readonly installation: Installation,
    private readonly provider: ConsentProvider,
    private readonly keys: SigningKeys,
    private readonly addresses: ConsentAddresses,
    private readonly now: Clock,
  ) {}

  /**
   * @returns the address to open in the person's browser; good for ten minutes and once.
   * @throws AppError REJECTED (`FORM_REQUIRED`, `RETURN_URL_NOT_ALLOWED`, `MAILBOX_NOT_SHARED`), INVALID_INPUT for a purpose the vendor does
   * not have, UNSUPPORTED without an application at the vendor, FORBIDDEN, NOT_FOUND.
   */
  async execute(actor: WorkspaceActor, input: StartConsentInput): Promise<string> {
    const { vendor, purpose, returnUrl } = input;
    if (!isConsentVendor(vendor)) {
      throw refusal('FORM_REQUIRED', `${vendor} is connected by connectionCreate.`, 'input.vendor');
    }
    requireReturnUrl(returnUrl, this.addresses.returnOrigins);
    const testOnly = actor.mode === 'test';
    const renewed = await this.#renewed(actor, vendor, input.connectionId);
    const owner = renewed ?? (await this.decideOwner.execute(actor, input.owner));
    const forPlatform = owner.workspaceId === PLATFORM_WORKSPACE;
    if (renewed?.ownerKind === 'WORKSPACE') requireScope(actor, 'workspace:admin');
    if (forPlatform) requireNoMailbox([purpose]);
    const wanted = renewed ? renewed.sandbox : testOnly ? true : input.sandbox;
    const call = this.installation.consentCall(vendor, wanted);
    const scopes = scopesFor(vendor, purpose, renewed?.scopes ?? []);
    const state = newState();
    const verifier = verifierFor(this.keys, state);
    const now = this.now();
    await this.unitOfWork.run(actor, async ({ em }) => {
      em.create(Consent, {
        id: newId('cst'),
        stateHash: hashState(state),
        challenge: challengeOf(verifier),
        workspaceId: actor.workspaceId,
        boundTo: holderOf(actor),
        userId: owner.userId,
        forPlatform,
        connectionId: renewed?.id ?? null,
        vendor,
        sandbox: call.sandbox,
        testOnly,
        scopes,
        returnUrl,
        createdAt: now,
        expiresAt: after(now, CONSENT_LIFETIME_MS),
        usedAt: null,
      });
    });
    const redirectUri = redirectUriOf(this.addresses.publicUrl, vendor);
    const loginHint = renewed?.shown.find(({ name }) => name === 'account')?.value;
    return this.provider.authorizationUrl(call, { redirectUri, state, scopes, verifier, loginHint });
  }

  async #renewed(
    actor: WorkspaceActor,
    vendor: Vendor,
    connectionId: string | null,
  ): Promise<Connection | undefined> {
    if (connectionId === null) return undefined;
    const { scope, where } = await this.reach.of(actor, connectionId);
    const connection = await this.unitOfWork.database.read(scope, (em) =>
      em.findOne(Connection, { ...where, vendor }),
    );
    if (!connection || connection.accountId === null) throw notFound('Connection');
    return connection;
  }
}
