import { AppError, invalidInput, notFound } from '@switchboard/errors';
import { idempotently } from '@switchboard/idempotency';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { type Intent, planIntent } from '@switchboard/intents';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { SmsQueuedSchema } from '@switchboard/proto-schemas';
import { OptOut } from '../domain/opt-out.ts';
import { segmentsOf } from '../domain/segments.ts';
import { Sms } from '../domain/sms.ts';
import type { SmsReceipt } from '../providers/phone-provider.ts';
import type { DeliverSmsPayload } from './deliver-sms.ts';
import { settingsFor } from './settings-for.ts';

export interface SendSmsInput {
  readonly idempotencyKey: string;
  readonly to: string;
  /** One of the account's own numbers; the default of the settings otherwise. */
  readonly from?: string | null | undefined;
  readonly body: string;
}

/** Sends a text through the caller's own Twilio account. */
export class SendSms {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly deliver: Intent<DeliverSmsPayload, SmsReceipt>,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /**
   * @returns the message as it stands when the vendor answered, or after 2 s.
   * @throws AppError REJECTED when the settings cannot be used or the recipient opted out, NOT_FOUND without settings.
   */
  async execute(actor: WorkspaceActor, input: SendSmsInput): Promise<{ sms: Sms; replayed: boolean }> {
    if (input.body.trim() === '') throw invalidInput('body must not be empty.');
    const { idempotencyKey, ...rest } = input;
    let intentId: string | undefined;
    const { resourceId, replayed } = await idempotently(
      this.unitOfWork,
      actor,
      { mutation: 'smsSend', idempotencyKey, input: rest, keepHours: 24 },
      async (tx) => {
        const sms = await this.#record(tx, actor, input);
        const causedBy = tx.record(SmsQueuedSchema, {
          smsId: sms.id,
          settingsId: sms.settingsId,
          sandbox: sms.sandbox,
          segments: sms.segments,
        });
        await tx.em.flush();
        intentId = await planIntent(tx, this.deliver, { smsId: sms.id }, { causedBy });
        return { resourceId: sms.id, userErrors: [] };
      },
    );
    if (intentId) await this.runIntent(intentId);
    const sms = await this.unitOfWork.database.read(actor, (em) => em.findOne(Sms, { id: resourceId ?? '' }));
    if (!sms) throw notFound('SMS');
    return { sms, replayed };
  }

  async #record({ em }: EventTx, actor: WorkspaceActor, input: SendSmsInput): Promise<Sms> {
    const settings = await settingsFor(em, actor, input.from);
    settings.requireUsableForSms();
    const from = input.from ?? settings.phoneNumber;
    const optOut = await em.findOne(OptOut, { ownNumber: from, phoneNumber: input.to, active: true });
    if (optOut) {
      throw new AppError('REJECTED', 'recipient opted out', {
        publicMessage: 'The recipient has asked not to be written to.',
        details: { code: 'RECIPIENT_OPTED_OUT' },
      });
    }
    return em.create(Sms, {
      id: newId('sms'),
      workspaceId: actor.workspaceId,
      settingsId: settings.id,
      connectionId: settings.connectionId,
      userId: settings.userId,
      direction: 'OUTBOUND',
      from,
      to: input.to,
      body: input.body,
      status: 'PENDING',
      segments: segmentsOf(input.body),
      sandbox: settings.sandbox,
    });
  }
}
