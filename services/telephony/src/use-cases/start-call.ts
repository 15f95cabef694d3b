import { invalidInput, notFound } from '@switchboard/errors';
import { idempotently } from '@switchboard/idempotency';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { type Intent, planIntent } from '@switchboard/intents';
import type { EventTx, UnitOfWork } from '@switchboard/messaging';
import { CallQueuedSchema } from '@switchboard/proto-schemas';
import { Call } from '../domain/call.ts';
import type { CallReceipt } from '../providers/phone-provider.ts';
import type { CallPayload } from './place-call.ts';
import { settingsFor } from './settings-for.ts';

/** A language as RFC 5646 writes it, such as `en`, `en-GB`, `cmn-CN`, `en-GB-WLS`. */
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,4}){0,2}$/;

export interface StartCallInput {
  readonly idempotencyKey: string;
  readonly to: string;
  /** One of the account's own numbers; the default of the settings otherwise. */
  readonly from?: string | null | undefined;
  /** Spoken to whoever answers. Either this or `connectTo`. */
  readonly say?: string | null | undefined;
  /** Of `say`. */
  readonly language?: string | null | undefined;
  /** Whoever answers is connected to this number. */
  readonly connectTo?: string | null | undefined;
  readonly record?: boolean | null | undefined;
}

/**
 * Places a call through the caller's own Twilio account. Who asked for no more texts may still be called: STOP is an
 * answer to texts, and says nothing of calls.
 */
export class StartCall {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly place: Intent<CallPayload, CallReceipt>,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /**
   * @returns the call as it stands when the vendor answered, or after 2 s.
   * @throws AppError INVALID_INPUT; REJECTED when there are no settings, or they cannot be used.
   */
  async execute(actor: WorkspaceActor, input: StartCallInput): Promise<{ call: Call; replayed: boolean }> {
    requireOneThingToDo(input);
    const { idempotencyKey, ...rest } = input;
    let intentId: string | undefined;
    const { resourceId, replayed } = await idempotently(
      this.unitOfWork,
      actor,
      { mutation: 'callStart', idempotencyKey, input: rest, keepHours: 24 },
      async (tx) => {
        const call = await this.#record(tx, actor, input);
        const { id: callId, settingsId, sandbox } = call;
        const causedBy = tx.record(CallQueuedSchema, { callId, settingsId, sandbox });
        await tx.em.flush();
        intentId = await planIntent(tx, this.place, { callId }, { causedBy });
        return { resourceId: callId, userErrors: [] };
      },
    );
    if (intentId) await this.runIntent(intentId);
    const call = await this.unitOfWork.database.read(actor, (em) =>
      em.findOne(Call, { id: resourceId ?? '' }),
    );
    if (!call) throw notFound('Call');
    return { call, replayed };
  }

  async #record({ em }: EventTx, actor: WorkspaceActor, input: StartCallInput): Promise<Call> {
    const settings = await settingsFor(em, actor, input.from);
    settings.requireUsableForCalls();
    return em.create(Call, {
      id: newId('cll'),
      workspaceId: actor.workspaceId,
      settingsId: settings.id,
      connectionId: settings.connectionId,
      userId: settings.userId,
      direction: 'OUTBOUND',
      from: input.from ?? settings.phoneNumber,
      to: input.to,
      say: input.say ?? null,
      language: input.language ?? null,
      connectTo: input.connectTo ?? null,
      isRecorded: input.record ?? false,
      status: 'PENDING',
      sandbox: settings.sandbox,
    });
  }
}

function requireOneThingToDo({ say, connectTo, language }: StartCallInput): void {
  const speaks = say !== null && say !== undefined;
  if (speaks === Boolean(connectTo)) throw invalidInput('Give either say or connectTo.');
  if (say?.trim() === '') throw invalidInput('say must not be empty.');
  if (!language) return;
  if (!speaks) throw invalidInput('language is of say, and there is none.');
  if (!LANGUAGE.test(language)) throw invalidInput('language must be a language tag such as en-GB.');
}
