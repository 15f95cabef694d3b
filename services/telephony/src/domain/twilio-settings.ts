import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { AppError } from '@switchboard/errors';

/** One user's own Twilio account. Its token is auth's to keep; here are only what may be shown. */
@Entity({ tableName: 'twilio_settings' })
export class TwilioSettings {
  declare readonly [OptionalProps]?:
    | 'smsEnabled'
    | 'voiceEnabled'
    | 'isActive'
    | 'isVerified'
    | 'lastVerifiedAt'
    | 'createdAt'
    | 'updatedAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) userId!: string;
  /** The connection that holds the credential. */
  @Property({ type: 'text' }) connectionId!: string;
  @Property({ type: 'text' }) accountSid!: string;
  @Property({ type: 'text' }) authTokenLastFour!: string;
  @Property({ type: 'text' }) phoneNumber!: string;
  @Property({ type: 'boolean' }) smsEnabled = true;
  @Property({ type: 'boolean' }) voiceEnabled = true;
  @Property({ type: 'boolean' }) isActive = true;
  @Property({ type: 'boolean' }) isVerified = false;
  @Property({ type: 'datetime', nullable: true }) lastVerifiedAt: Date | null = null;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
  @Property({ type: 'datetime' }) updatedAt = new Date();

  /** @throws AppError REJECTED when a message may not be sent through them. */
  requireUsableForSms(): void {
    requireUsable(this);
    if (!this.smsEnabled) throw unusable('SMS_DISABLED', 'SMS is switched off in the Twilio settings.');
  }

  /** Whether somebody who calls the number is answered. */
  takesCalls(): boolean {
    return this.isActive && this.voiceEnabled;
  }

  /** @throws AppError REJECTED when no call may be placed through them. */
  requireUsableForCalls(): void {
    requireUsable(this);
    if (!this.voiceEnabled)
      throw unusable('VOICE_DISABLED', 'Calls are switched off in the Twilio settings.');
  }
}

function requireUsable({ isVerified, isActive }: TwilioSettings): void {
  if (!isVerified) throw unusable('TWILIO_SETTINGS_NOT_VERIFIED', 'Verify the Twilio settings first.');
  if (!isActive) throw unusable('TWILIO_SETTINGS_INACTIVE', 'The Twilio settings are switched off.');
}

function unusable(code: string, publicMessage: string): AppError {
  return new AppError('REJECTED', code, { publicMessage, details: { code } });
}
