import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import { AppError, invalidInput } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { ConnectionRefusedSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { type Connection, PLATFORM_WORKSPACE } from '../../domain/connection.ts';
import { Consent, hashState, isUnderWay, verifierOf } from '../../domain/consent.ts';
import { purposesOf, redirectUriOf } from '../../domain/consent-vendors.ts';
import type { Installation } from '../../domain/installation.ts';
import { refusal } from '../../domain/refusal.ts';
import type { SigningKeys } from '../../domain/signing-keys.ts';
import type { ConsentProvider } from '../../providers/consent-provider.ts';
import type { SuperAdmins } from '../members/super-admins.ts';
import { holderOf } from './consent-holder.ts';
import type { GrantOwner, SaveGrant } from './save-grant.ts';

export interface FinishConsentInput {
  readonly state: string;
  readonly code: string;
}

type Verdict = Consent | 'INVALID' | 'FOREIGN';

/** Turns a person's consent into a connection: the code of the vendor's answer is exchanged for tokens. */
export class FinishConsent {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly installation: Installation,
    private readonly provider: ConsentProvider,
    private readonly saveGrant: SaveGrant,
    private readonly superAdmins: SuperAdmins,
    private readonly keys: SigningKeys,
    private readonly publicUrl: string,
    private readonly now: Clock,
  ) {}

  /**
   * The same account connected again keeps its connection's id.
   * @throws AppError INVALID_INPUT for a state that is unknown, used, late or of another session, FORBIDDEN for one of
   * another workspace: in all of these the vendor is not asked. REJECTED (`CONSENT_INCOMPLETE`, a code that is not
   * good), UNAVAILABLE when the vendor does not answer: then the person starts again.
   */
  async execute(actor: WorkspaceActor, { state, code }: FinishConsentInput): Promise<Connection> {
    const verdict = await this.#redeem(actor, state);
    if (verdict === 'FOREIGN') {
      throw new AppError('FORBIDDEN', 'the state belongs to another workspace', {
        publicMessage: 'This consent was started elsewhere.',
      });
    }
    const verifier = verdict !== 'INVALID' && verifierOf(this.keys, state, verdict.challenge);
    if (!verifier) {
      throw invalidInput(
        'This consent has expired, was used already, or was started elsewhere. Start again.',
      );
    }
    const consent = verdict;
    // Whoever began it may be no administrator of the platform any more.
    if (consent.forPlatform) await this.superAdmins.require(actor);
    const { vendor, sandbox } = consent;
    const call = this.installation.consentCall(vendor, sandbox);
    const redirectUri = redirectUriOf(this.publicUrl, vendor);
    const grant = await this.provider.exchange(call, { code, verifier, redirectUri });
    const scopes = grant.scopes ?? consent.scopes;
    if (!grant.refreshToken || purposesOf(vendor, scopes).length === 0) {
      throw refusal('CONSENT_INCOMPLETE', 'Not everything that is needed was allowed. Start again.');
    }
    const account = await this.provider.identify(call, grant.accessToken);
    const save = () =>
      this.unitOfWork.run(SYSTEM, (tx) =>
        this.saveGrant.connect(tx, ownerOf(consent), account, { ...grant, scopes }, this.now()),
      );
    return save().catch((thrown) => {
      // Two consents for one account at the same moment: the second one finds the connection of the first.
      if (thrown instanceof UniqueConstraintViolationException) return save();
      throw thrown;
    });
  }

  /**
   * Uses the state up, whoever presents it: one that reached a stranger is worth nothing any more. The verdict is
   * returned, not thrown, because it must commit.
   */
  #redeem(actor: WorkspaceActor, state: string): Promise<Verdict> {
    return this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      const where = { stateHash: hashState(state) };
      const consent = await em.findOne(Consent, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const now = this.now();
      if (!consent || !isUnderWay(consent, now)) return 'INVALID';
      consent.usedAt = now;
      if (consent.workspaceId !== actor.workspaceId) {
        const vendor = consent.vendor.toLowerCase();
        record(
          ConnectionRefusedSchema,
          { vendor, sandbox: consent.sandbox },
          { workspaceId: actor.workspaceId },
        );
        return 'FOREIGN';
      }
      return consent.boundTo === holderOf(actor) ? consent : 'INVALID';
    });
  }
}

function ownerOf({ forPlatform, workspaceId, ...consent }: Consent): GrantOwner {
  return { ...consent, workspaceId: forPlatform ? PLATFORM_WORKSPACE : workspaceId };
}
