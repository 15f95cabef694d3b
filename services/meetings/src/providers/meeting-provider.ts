import type { CredentialChecker, ProviderCall } from '@switchboard/providers';
import type { MeetingTime } from '../domain/meeting-time.ts';

export interface WantedConference extends MeetingTime {
  /** Our id of the meeting, by which it can be found again when the answer is lost. */
  readonly meetingId: string;
  readonly title: string;
}

/** A conference as the vendor has it. */
export interface Conference {
  readonly providerMeetingId: string;
  readonly joinUrl: string;
  readonly startsAt: Date;
  readonly durationMinutes: number;
  /** Absent when the vendor does not say. */
  readonly timeZone: string | undefined;
}

export interface ConferenceHost {
  /** @throws ProviderError; OUTCOME_UNKNOWN when it may have been made. */
  create(wanted: WantedConference, call: ProviderCall): Promise<Conference>;
  /** `undefined` when there is none of that id. @throws ProviderError */
  find(providerMeetingId: string, call: ProviderCall): Promise<Conference | undefined>;
  /** The upcoming conference that was made for our meeting, if there is one. @throws ProviderError */
  findOurs(meetingId: string, call: ProviderCall): Promise<Conference | undefined>;
  /** Moves it; the same twice is the same once. @throws ProviderError; NOT_FOUND when it is gone. */
  move(providerMeetingId: string, time: MeetingTime, call: ProviderCall): Promise<void>;
  /** Deletes it; one that is gone already is deleted. @throws ProviderError */
  remove(providerMeetingId: string, call: ProviderCall): Promise<void>;
}

/** One vendor of meetings. A role it cannot play is simply absent. */
export interface MeetingProvider {
  readonly id: string;
  readonly conferences?: ConferenceHost;
  readonly checker?: CredentialChecker;
}
