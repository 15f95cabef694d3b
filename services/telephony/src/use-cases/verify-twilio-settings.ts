import { AppError, notFound } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { TwilioSettingsVerifiedSchema } from '@switchboard/proto-schemas';
import {
  type CredentialLender,
  type ProviderCall,
  type ProviderRegistry,
  requireRole,
} from '@switchboard/providers';
import { TwilioSettings } from '../domain/twilio-settings.ts';
import type { NumberDirectory, OwnedNumber, PhoneProvider } from '../providers/phone-provider.ts';
import { type CallOccasion, callbackUrl } from './callback-url.ts';

const CALL_TIMEOUT_MS = 5_000;

/** Asks Twilio whether account, token and number belong together, and has it deliver incoming texts and calls here. */
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
    await this.#askTwilio(actor, settings, (numbers, call) => this.#receiveHere(settings, numbers, call));
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
    return this.#askTwilio(actor, settings, (numbers, call) => numbers.list(call));
  }

  /**
   * Has what comes to the account's number delivered here; calls only where they are switched on, because somebody else
   * may take them. @throws AppError REJECTED when it has no such number.
   */
  async #receiveHere(settings: TwilioSettings, numbers: NumberDirectory, call: ProviderCall): Promise<void> {
    const owned = await numbers.list(call);
    const number = owned.find((candidate) => candidate.phoneNumber === settings.phoneNumber);
    if (!number) {
      throw new AppError('REJECTED', 'number not owned by the account', {
        publicMessage: 'The phone number does not belong to this Twilio account.',
        details: { code: 'PHONE_NUMBER_NOT_OWNED' },
      });
    }
    const urlFor = (on?: CallOccasion) =>
      callbackUrl(this.deps.publicUrl, settings.connectionId, on ? { on } : {});
    const calls = { incomingUrl: urlFor('incoming-call'), statusUrl: urlFor('call-status') };
    const addresses = { textsUrl: urlFor(), ...(settings.voiceEnabled && { calls }) };
    await numbers.receiveAt(number.providerNumberId, addresses, call);
  }

  async #settings(actor: WorkspaceActor, userId: string): Promise<TwilioSettings> {
    const settings = await this.deps.unitOfWork.database.read(actor, (em) =>
      em.findOne(TwilioSettings, { userId }),
    );
    if (!settings) throw notFound('Twilio settings');
    return settings;
  }

  #askTwilio<T>(
    actor: WorkspaceActor,
    settings: TwilioSettings,
    ask: (numbers: NumberDirectory, call: ProviderCall) => Promise<T>,
  ): Promise<T> {
    const request = {
      vendor: 'twilio',
      workspaceId: actor.workspaceId,
      userId: settings.userId,
      connectionId: settings.connectionId,
      mode: actor.mode,
    };
    const numbers = requireRole(this.deps.providers.get('twilio'), 'numbers');
    return this.deps.lender.use(request, (credential) =>
      ask(numbers, {
        credential,
        idempotencyKey: settings.id,
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      }),
    );
  }
}
