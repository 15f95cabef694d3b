import { hexId } from '../random-ids.ts';
import type { World } from '../world.ts';
import type { TwilioAccount } from './account.ts';
import {
  type Call,
  type CallEvent,
  type CallOutcome,
  type CallStatus,
  eventOf,
  isFinal,
  newCall,
} from './call.ts';
import {
  callParameters,
  placeParameters,
  type Recording,
  recordedParameters,
  recordingParameters,
  statusParameters,
} from './call-parameters.ts';
import { sendSigned } from './signed-callback.ts';
import { TwilioError } from './twilio-error.ts';
import { readTwiml, type TwimlElement } from './twiml.ts';

/** Numbers of the sandbox's own, in the range of Twilio's magic ones, which Twilio itself leaves free. */
const MAGIC_OUTCOMES: Readonly<Record<string, CallOutcome>> = {
  '+15005550010': 'busy',
  '+15005550011': 'no-answer',
  '+15005550012': 'failed',
};
const VOICEMAIL_S = 12;
const DIALLED_S = 30;
const WORDS_PER_SECOND = 2.5;
/** A document may send a call to another one, and so on; an application that does so for ever is cut off. */
const DOCUMENTS_MAX = 10;

/** Moves calls along, does what TwiML says, and calls the application back. Nobody waits for what takes time. */
export class TwilioCalling {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Places a call: queued, initiated, ringing, and then as its number's outcome says; completed by default. */
  place(account: TwilioAccount, call: Call): void {
    account.calls.set(call.sid, call);
    const outcome = account.callOutcomes.get(call.to) ?? MAGIC_OUTCOMES[call.to] ?? 'completed';
    this.#later(1, () => this.#advance(account, call, 'initiated'));
    if (outcome === 'failed') {
      this.#later(2, () => this.#advance(account, call, 'failed'));
      return;
    }
    this.#later(2, () => this.#advance(account, call, 'ringing'));
    if (outcome === 'ringing') return;
    this.#later(3, () => {
      if (isFinal(call)) return;
      if (outcome === 'busy' || outcome === 'no-answer') this.#advance(account, call, outcome);
      else this.#answered(account, call, outcome);
    });
  }

  /**
   * Somebody calls one of the account's numbers, whose address is asked what to do.
   * https://www.twilio.com/docs/usage/webhooks/voice-webhooks#incoming-voice-call
   */
  receive(account: TwilioAccount, incoming: { from: string; to: string }): Call {
    const number = account.owned(incoming.to);
    const details = {
      ...incoming,
      sid: `CA${hexId(32)}`,
      direction: 'inbound',
      phoneNumberSid: number?.sid ?? null,
      twiml: null,
      url: number?.voiceUrl || null,
      isRecorded: false,
      statusCallback: number?.statusCallback || null,
      // A number's address hears of the end only.
      statusEvents: new Set<CallEvent>(['completed']),
      recordingStatusCallback: null,
      status: 'ringing',
    } as const;
    const call: Call = newCall(details, this.#world.now());
    call.startedAt = call.createdAt;
    account.calls.set(call.sid, call);
    if (call.url === null) this.#later(1, () => this.#advance(account, call, 'failed'));
    else this.#fetchDocument(account, call, call.url, placeParameters(), DOCUMENTS_MAX);
    return call;
  }

  /**
   * Ends a call. `canceled` leaves one that was answered alone; `completed` ends any.
   * https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource
   * @throws TwilioError 21220 when it has ended
   */
  end(account: TwilioAccount, call: Call, status: 'completed' | 'canceled'): void {
    if (isFinal(call)) {
      throw new TwilioError(400, 21220, 'Call is not in-progress. Cannot redirect.');
    }
    if (call.answeredAt === null) this.#advance(account, call, 'canceled');
    else if (status === 'completed') {
      call.elapsedS = Math.ceil((this.#world.now().getTime() - call.answeredAt.getTime()) / 1000);
      this.#advance(account, call, 'completed');
    }
  }

  /** Sets a status from outside, whatever it was before, and reports it. */
  setStatus(account: TwilioAccount, call: Call, status: CallStatus): void {
    const now = this.#world.now();
    call.status = status;
    call.updatedAt = now;
    if (status !== 'queued') call.startedAt ??= now;
    if (status === 'in-progress') call.answeredAt ??= now;
    if (isFinal(call)) {
      call.endedAt = now;
      if (status === 'completed') call.durationS = Math.max(1, call.elapsedS);
    }
    this.#reportStatus(account, call);
    if (status === 'completed' && call.isRecorded && call.answeredAt) {
      this.#reportRecording(account, call, call.recordingStatusCallback, {
        sid: `RE${hexId(32)}`,
        durationS: call.durationS ?? 1,
        startedAt: call.answeredAt,
        source: 'OutboundAPI',
      });
    }
  }

  #later(steps: number, action: () => void): void {
    this.#world.timers.after(this.#world.stepDelayMs * steps, action);
  }

  #advance(account: TwilioAccount, call: Call, status: CallStatus): void {
    if (!isFinal(call)) this.setStatus(account, call, status);
  }

  #answered(account: TwilioAccount, call: Call, outcome: CallOutcome): void {
    this.#advance(account, call, 'in-progress');
    // The other side goes on talking until somebody ends the call.
    if (outcome === 'in-progress') return;
    if (call.twiml !== null) this.#follow(account, call, call.twiml, undefined, DOCUMENTS_MAX);
    else if (call.url !== null) this.#fetchDocument(account, call, call.url, {}, DOCUMENTS_MAX);
  }

  #fetchDocument(
    account: TwilioAccount,
    call: Call,
    url: string,
    more: Record<string, string>,
    left: number,
  ): void {
    sendSigned(this.#world, {
      account,
      kind: call.direction === 'inbound' && left === DOCUMENTS_MAX ? 'incoming-call' : 'call-instructions',
      url,
      parameters: { ...callParameters(account, call), ...more },
      onBody: (document) => this.#follow(account, call, document, url, left - 1),
      // The caller hears that an application error has occurred.
      onFailure: () => this.#advance(account, call, 'failed'),
    });
  }

  /** Does what a document says, from top to bottom. @param address where it came from. */
  #follow(
    account: TwilioAccount,
    call: Call,
    document: string,
    address: string | undefined,
    left: number,
  ): void {
    const verbs = readTwiml(document);
    if (!verbs || left === 0) {
      this.#advance(account, call, 'failed');
      return;
    }
    const [first] = verbs;
    const isUnanswered = call.answeredAt === null && !isFinal(call);
    if (isUnanswered && first?.name === 'Reject') {
      this.#advance(account, call, first.attributes.reason === 'busy' ? 'busy' : 'no-answer');
      return;
    }
    if (isUnanswered) this.#advance(account, call, 'in-progress');
    for (const verb of verbs) {
      if (verb.name === 'Hangup') break;
      if (verb.name === 'Record') {
        this.#record(account, call, verb, address, left);
        return;
      }
      call.elapsedS += secondsOf(verb);
    }
    this.#later(1, () => this.#advance(account, call, 'completed'));
  }

  /** https://www.twilio.com/docs/voice/twiml/record: without an action the same document is asked for again. */
  #record(
    account: TwilioAccount,
    call: Call,
    { attributes }: TwimlElement,
    address: string | undefined,
    left: number,
  ): void {
    const durationS = Math.min(VOICEMAIL_S, Number(attributes.maxLength ?? VOICEMAIL_S));
    const startedAt = this.#world.now();
    const recording: Recording = { sid: `RE${hexId(32)}`, durationS, startedAt, source: 'RecordVerb' };
    call.elapsedS += durationS;
    this.#later(1, () => {
      this.#reportRecording(account, call, attributes.recordingStatusCallback ?? null, recording);
      const action = attributes.action ?? address;
      if (action === undefined) this.#advance(account, call, 'completed');
      else if (!URL.canParse(action, address)) this.#advance(account, call, 'failed');
      else {
        const url = new URL(action, address).href;
        this.#fetchDocument(account, call, url, recordedParameters(account, call, recording), left);
      }
    });
  }

  #reportStatus(account: TwilioAccount, call: Call): void {
    const event = eventOf(call.status);
    if (call.statusCallback === null || !event || !call.statusEvents.has(event)) return;
    sendSigned(this.#world, {
      account,
      kind: `call-${call.status}`,
      url: call.statusCallback,
      parameters: statusParameters(account, call),
    });
    call.sequence += 1;
  }

  #reportRecording(account: TwilioAccount, call: Call, url: string | null, recording: Recording): void {
    if (!url) return;
    sendSigned(this.#world, {
      account,
      kind: 'recording-completed',
      url,
      parameters: recordingParameters(account, call, recording),
    });
  }
}

/** How long a verb takes. */
function secondsOf({ name, attributes, text }: TwimlElement): number {
  if (name === 'Say') return Math.ceil(text.split(/\s+/).filter(Boolean).length / WORDS_PER_SECOND);
  if (name === 'Pause') return Number(attributes.length ?? 1);
  return name === 'Dial' ? DIALLED_S : 0;
}
