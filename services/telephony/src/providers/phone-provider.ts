import type { CredentialChecker, ProviderCall } from '@switchboard/providers';
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

export interface NumberDirectory {
  /** The account's numbers. @throws ProviderError; RECONNECT_REQUIRED when the credential is refused. */
  list(call: ProviderCall): Promise<readonly OwnedNumber[]>;
  /** Has the vendor deliver what is sent to a number to this address. */
  receiveAt(providerNumberId: string, webhookUrl: string, call: ProviderCall): Promise<void>;
}

/** One telephony vendor. A role it cannot play is simply absent. */
export interface PhoneProvider {
  readonly id: string;
  readonly sender?: SmsSender;
  readonly numbers?: NumberDirectory;
  readonly checker?: CredentialChecker;
}
