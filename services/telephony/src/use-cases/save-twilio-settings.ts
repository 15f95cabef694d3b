import { invalidInput } from '@switchboard/errors';
import { requireUserId, type WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { RpcClient, UnitOfWork } from '@switchboard/messaging';
import { AuthService, TwilioSettingsSavedSchema } from '@switchboard/proto-schemas';
import { TwilioSettings } from '../domain/twilio-settings.ts';

// twilio.com/docs/iam/api: an account SID is AC and 32 hexadecimal digits.
const ACCOUNT_SID = /^AC[0-9a-f]{32}$/i;
const AUTH_TOKEN_LENGTH_MIN = 32;

export interface SaveTwilioSettingsInput {
  readonly accountSid: string;
  /** Write-only. May be left out when only other fields change. */
  readonly authToken?: string | null | undefined;
  readonly phoneNumber: string;
  readonly smsEnabled?: boolean | null | undefined;
  readonly voiceEnabled?: boolean | null | undefined;
  readonly isActive?: boolean | null | undefined;
}

/** Creates or changes the caller's Twilio settings. A change of account or number asks for a new verification. */
export class SaveTwilioSettings {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly rpc: RpcClient,
  ) {}

  /** @throws AppError INVALID_INPUT; UNAVAILABLE while auth cannot keep the token. */
  async execute(actor: WorkspaceActor, input: SaveTwilioSettingsInput): Promise<TwilioSettings> {
    const userId = requireUserId(actor);
    if (!ACCOUNT_SID.test(input.accountSid))
      throw invalidInput('accountSid must be AC and 32 hexadecimal digits.');
    if (input.authToken && input.authToken.length < AUTH_TOKEN_LENGTH_MIN) {
      throw invalidInput(`authToken must have at least ${AUTH_TOKEN_LENGTH_MIN} characters.`);
    }
    const existing = await this.unitOfWork.database.read(actor, (em) =>
      em.findOne(TwilioSettings, { userId }),
    );
    if (!input.authToken && existing?.accountSid !== input.accountSid) {
      throw invalidInput('authToken is required for a new account.');
    }
    const stored = input.authToken
      ? await this.#store(actor, userId, input, existing?.connectionId)
      : undefined;
    return this.unitOfWork.run(actor, async ({ em, record }) => {
      const settings =
        (await em.findOne(TwilioSettings, { userId })) ??
        em.create(TwilioSettings, {
          id: newId('tws'),
          workspaceId: actor.workspaceId,
          userId,
          connectionId: stored?.connectionId ?? '',
          accountSid: input.accountSid,
          authTokenLastFour: '',
          phoneNumber: input.phoneNumber,
          sandbox: stored?.sandbox ?? false,
        });
      if (stored || settings.phoneNumber !== input.phoneNumber) settings.isVerified = false;
      if (stored) {
        settings.connectionId = stored.connectionId;
        settings.sandbox = stored.sandbox;
        settings.authTokenLastFour = input.authToken?.slice(-4) ?? '';
      }
      settings.accountSid = input.accountSid;
      settings.phoneNumber = input.phoneNumber;
      settings.smsEnabled = input.smsEnabled ?? settings.smsEnabled;
      settings.voiceEnabled = input.voiceEnabled ?? settings.voiceEnabled;
      settings.isActive = input.isActive ?? settings.isActive;
      settings.updatedAt = new Date();
      record(TwilioSettingsSavedSchema, {
        settingsId: settings.id,
        userId,
        connectionId: settings.connectionId,
        sandbox: settings.sandbox,
      });
      return settings;
    });
  }

  /** The token goes to auth, sealed, and is kept nowhere else. */
  async #store(
    actor: WorkspaceActor,
    userId: string,
    input: SaveTwilioSettingsInput,
    connectionId: string | undefined,
  ): Promise<{ connectionId: string; sandbox: boolean }> {
    return this.rpc.ask(AuthService.method.storeCredential, {
      vendor: 'twilio',
      workspaceId: actor.workspaceId,
      userId,
      connectionId: connectionId ?? '',
      name: 'Twilio settings',
      secrets: {
        accountSid: input.accountSid,
        authToken: input.authToken ?? '',
        phoneNumber: input.phoneNumber,
      },
    });
  }
}
