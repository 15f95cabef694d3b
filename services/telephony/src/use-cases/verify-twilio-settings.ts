import { AppError, notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { TwilioSettingsVerifiedSchema } from '@switchboard/proto-schemas';
import { type CredentialLender, type ProviderRegistry, requireRole } from '@switchboard/providers';
import { TwilioSettings } from '../domain/twilio-settings.ts';
import type { OwnedNumber, PhoneProvider } from '../providers/phone-provider.ts';
import { callbackUrl } from './deliver-sms.ts';

const CALL_TIMEOUT_MS = 5_000;

/** Asks Twilio whether account, token and number belong together, and has it deliver incoming texts here. */
export class VerifyTwilioSettings {
  constructor(
    private readonly deps: {
      unitOfWork: UnitOfWork;
      lender: CredentialLender;
      providers: ProviderRegistry<PhoneProvider>;
      publicUrl: string;
    },
  ) {}

  /** @throws AppError NOT_FOUND without settings, RECONNECT_REQUIRED or REJECTED when Twilio says no. */
  async execute(actor: WorkspaceActor): Promise<TwilioSettings> {
    const userId = requireUserId(actor);
    const settings = await this.#settings(actor, userId);
    const { numbers, call } = await this.#directory(actor, settings);
    const owned = await numbers.list(call);
    const number = owned.find((candidate) => candidate.phoneNumber === settings.phoneNumber);
    if (!number) {
      throw new AppError('REJECTED', 'number not owned by the account', {
        publicMessage: 'The phone number does not belong to this Twilio account.',
        details: { code: 'PHONE_NUMBER_NOT_OWNED' },
      });
    }
    await numbers.receiveAt(
      number.providerNumberId,
      callbackUrl(this.deps.publicUrl, settings.connectionId),
      call,
    );
    void this.deps.lender.report(call.credential, { succeeded: true });
    return this.deps.unitOfWork.run(actor, async ({ em, record }) => {
      const current = await em.findOneOrFail(TwilioSettings, { id: settings.id });
      // Saved again meanwhile: what was verified is no longer what is there.
      if (current.updatedAt.getTime() !== settings.updatedAt.getTime()) {
        throw new AppError('CONFLICT', 'settings changed during verification', {
          publicMessage: 'The settings were changed meanwhile. Verify again.',
        });
      }
      current.isVerified = true;
      current.lastVerifiedAt = new Date();
      record(TwilioSettingsVerifiedSchema, {
        settingsId: current.id,
        userId,
        connectionId: current.connectionId,
        sandbox: current.sandbox,
      });
      return current;
    });
  }

  /** The numbers of the caller's account. @throws as `execute`. */
  async numbers(actor: WorkspaceActor): Promise<readonly OwnedNumber[]> {
    const settings = await this.#settings(actor, requireUserId(actor));
    const { numbers, call } = await this.#directory(actor, settings);
    return numbers.list(call);
  }

  async #settings(actor: WorkspaceActor, userId: string): Promise<TwilioSettings> {
    const settings = await this.deps.unitOfWork.database.read(actor, (em) =>
      em.findOne(TwilioSettings, { userId }),
    );
    if (!settings) throw notFound('Twilio settings');
    return settings;
  }

  async #directory(actor: WorkspaceActor, settings: TwilioSettings) {
    const credential = await this.deps.lender.lend({
      vendor: 'twilio',
      workspaceId: actor.workspaceId,
      userId: settings.userId,
      connectionId: settings.connectionId,
      mode: actor.mode,
    });
    const call = { credential, idempotencyKey: settings.id, signal: AbortSignal.timeout(CALL_TIMEOUT_MS) };
    return { numbers: requireRole(this.deps.providers.get('twilio'), 'numbers'), call };
  }
}
