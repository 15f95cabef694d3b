import twilio from 'twilio';
import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import type { OutgoingCall } from '../phone-provider.ts';

/** How long a voicemail may be. */
const VOICEMAIL_SECONDS_MAX = 120;
const GREETING = 'Nobody can take your call right now. Please leave a message after the tone.';

/** Where a voicemail leads. */
export interface VoicemailAddresses {
  /** Asked what to do once the caller has spoken. */
  readonly afterwards: string;
  /** Told of the recording. */
  readonly recording: string;
}

/** What Twilio does once a call of ours is answered. Written by the SDK, which escapes what people wrote. */
export function instructionsTwiml({
  from,
  instructions,
}: Pick<OutgoingCall, 'from' | 'instructions'>): string {
  const response = new twilio.twiml.VoiceResponse();
  if (instructions.kind === 'connect') {
    response.dial({ callerId: from }).number(instructions.to);
  } else {
    const { text, language } = instructions;
    // Which languages there are is Twilio's to say: the SDK's list is as old as the SDK.
    const attributes = language === undefined ? {} : ({ language } as VoiceResponse.SayAttributes);
    response.say(attributes, text);
  }
  return response.toString();
}

/** Takes a message from whoever calls (twilio.com/docs/voice/twiml/record). */
export function voicemailTwiml({ afterwards, recording }: VoicemailAddresses): string {
  const response = new twilio.twiml.VoiceResponse();
  response.say(GREETING);
  response.record({
    maxLength: VOICEMAIL_SECONDS_MAX,
    playBeep: true,
    // Without an address of its own the call would be asked for again, and greeted for ever.
    action: afterwards,
    recordingStatusCallback: recording,
    recordingStatusCallbackEvent: ['completed'],
  });
  return response.toString();
}

/** Ends a call. */
export function hangupTwiml(): string {
  const response = new twilio.twiml.VoiceResponse();
  response.hangup();
  return response.toString();
}

/** Turns a call away without answering it. */
export function rejectTwiml(): string {
  const response = new twilio.twiml.VoiceResponse();
  response.reject();
  return response.toString();
}
