import { DateTime, Key, Node, NodePrefix, PhoneNumber } from '@switchboard/subgraph';
import { Field, ObjectType } from 'type-graphql';
import type { TwilioSettings as TwilioSettingsEntity } from '../domain/twilio-settings.ts';

@Key('id')
@NodePrefix('tws')
@ObjectType('TwilioSettings', {
  implements: Node,
  description: 'Your own Twilio account, which your messages are billed to.',
})
export class TwilioSettings extends Node {
  @Field(() => String)
  accountSid!: string;

  @Field(() => String, { description: 'The token is write-only; this is its last four characters.' })
  authTokenLastFour!: string;

  @Field(() => PhoneNumber)
  phoneNumber!: string;

  @Field(() => Boolean)
  smsEnabled!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether calls are placed and taken. They are taken once it was on while the settings were verified.',
  })
  voiceEnabled!: boolean;

  @Field(() => Boolean)
  isActive!: boolean;

  @Field(() => Boolean, {
    description: 'Whether Twilio confirmed account, token and number. Until then they cannot be used.',
  })
  isVerified!: boolean;

  @Field(() => DateTime, { nullable: true })
  lastVerifiedAt!: Date | null;

  @Field(() => Boolean)
  sandbox!: boolean;
}

@ObjectType('TwilioPhoneNumber', { description: 'A number of your Twilio account.' })
export class TwilioPhoneNumber {
  @Field(() => PhoneNumber)
  phoneNumber!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Boolean)
  sms!: boolean;

  @Field(() => Boolean)
  voice!: boolean;
}

export function toTwilioSettings(entity: TwilioSettingsEntity): TwilioSettings {
  const { id, accountSid, authTokenLastFour, phoneNumber, smsEnabled, voiceEnabled } = entity;
  const { isActive, isVerified, lastVerifiedAt, sandbox } = entity;
  return Object.assign(new TwilioSettings(), {
    id,
    accountSid,
    authTokenLastFour,
    phoneNumber,
    smsEnabled,
    voiceEnabled,
    isActive,
    isVerified,
    lastVerifiedAt,
    sandbox,
  });
}
