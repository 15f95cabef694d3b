import type { CredentialChecker, ProviderCall } from '@switchboard/providers';
import type { CallStatus } from '../domain/call-status.ts';
import type { SmsStatus } from '../domain/sms-status.ts';

export interface OutgoingSms {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** Where the vendor reports what became of it; absent where nobody asks. */
  readonly statusCallbackUrl?: string;
}

export interface SmsReceipt {
  readonly providerMessageId: string;
  readonly status: SmsStatus;
  readonly segments: number;
}

/** What happens once a call is answered: a text is spoken, or whoever answered is connected to a number. */
export type CallInstructions =
  | { readonly kind: 'say'; readonly text: string; readonly language?: string | undefined }
  | { readonly kind: 'connect'; readonly to: string };

export interface OutgoingCall {
  readonly from: string;
  readonly to: string;
  readonly instructions: CallInstructions;
  readonly isRecorded: boolean;
  /** Where the vendor reports how the call goes. */
  readonly statusUrl: string;
  /** Where the vendor reports what it recorded. */
  readonly recordingUrl: string;
}

/** What a vendor says of a call when it is asked to do something with it. */
export interface CallReceipt {
  readonly providerCallId: string;
  readonly status: CallStatus;
}

/** A number the account owns. */
export interface OwnedNumber {
  /** The vendor's id. */
  readonly providerNumberId: string;
  readonly phoneNumber: string;
  readonly name: string;
  readonly sms: boolean;
  readonly voice: boolean;
}

export interface SmsSender {
  /** @throws ProviderError; OUTCOME_UNKNOWN when it may have been sent. */
  send(sms: OutgoingSms, call: ProviderCall): Promise<SmsReceipt>;
}

export interface Caller {
  /** @throws ProviderError; OUTCOME_UNKNOWN when it may have been placed. */
  place(outgoing: OutgoingCall, call: ProviderCall): Promise<CallReceipt>;
  /** Ends a call wherever it stands. @throws ProviderError; CONFLICT when it is over already. */
  end(providerCallId: string, call: ProviderCall): Promise<CallReceipt>;
}

/** Where a number delivers what comes to it. */
export interface NumberAddresses {
  readonly textsUrl: string;
  /** Asked what to do with a call, and told of its end; absent where somebody else takes the number's calls. */
  readonly calls?: { readonly incomingUrl: string; readonly statusUrl: string };
}

export interface NumberDirectory {
  /** The account's numbers. @throws ProviderError; RECONNECT_REQUIRED when the credential is refused. */
  list(call: ProviderCall): Promise<readonly OwnedNumber[]>;
  /** Has the vendor deliver what comes to a number to these addresses. */
  receiveAt(providerNumberId: string, addresses: NumberAddresses, call: ProviderCall): Promise<void>;
}

/** One telephony vendor. A role it cannot play is simply absent. */
export interface PhoneProvider {
  readonly id: string;
  readonly sender?: SmsSender;
  readonly caller?: Caller;
  readonly numbers?: NumberDirectory;
  readonly checker?: CredentialChecker;
}
