import { requireWorkspaceActor } from '@switchboard/identity';
import {
  Cost,
  PhoneNumber,
  RequiresScopes,
  type SubgraphContext,
  Text,
  toOutcome,
  UserError,
} from '@switchboard/subgraph';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { DeleteTwilioSettings } from '../use-cases/delete-twilio-settings.ts';
import type { FindTwilioSettings } from '../use-cases/find-twilio-settings.ts';
import type { SaveTwilioSettings } from '../use-cases/save-twilio-settings.ts';
import type { VerifyTwilioSettings } from '../use-cases/verify-twilio-settings.ts';
import { TwilioPhoneNumber, TwilioSettings, toTwilioSettings } from './twilio-settings.type.ts';

@InputType('TwilioSettingsSaveInput')
export class TwilioSettingsSaveInput {
  @Text({ maxLength: 34 })
  @Field(() => String)
  accountSid!: string;

  @Text({ maxLength: 255 })
  @Field(() => String, { nullable: true, description: 'Write-only; leave out to keep the one there is.' })
  authToken?: string | null;

  @Field(() => PhoneNumber)
  phoneNumber!: string;

  @Field(() => Boolean, { nullable: true })
  smsEnabled?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  voiceEnabled?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  isActive?: boolean | null;
}

@ObjectType('TwilioSettingsPayload')
export class TwilioSettingsPayload {
  @Field(() => TwilioSettings, { nullable: true })
  twilioSettings!: TwilioSettings | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('TwilioSettingsDeletePayload')
export class TwilioSettingsDeletePayload {
  @Field(() => ID, { nullable: true })
  deletedId!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => TwilioSettings)
export class TwilioSettingsResolver {
  constructor(
    private readonly find: FindTwilioSettings,
    private readonly save: SaveTwilioSettings,
    private readonly verify: VerifyTwilioSettings,
    private readonly remove: DeleteTwilioSettings,
  ) {}

  @RequiresScopes('telephony:read')
  @Query(() => TwilioSettings, { nullable: true })
  async twilioSettings(@Ctx() { actor }: SubgraphContext): Promise<TwilioSettings | null> {
    const settings = await this.find.ofUser(requireWorkspaceActor(actor));
    return settings && toTwilioSettings(settings);
  }

  @RequiresScopes('telephony:manage')
  @Cost(50)
  @Query(() => [TwilioPhoneNumber], {
    nullable: true,
    description: 'Asks Twilio for the numbers of your account.',
  })
  async twilioPhoneNumbers(@Ctx() { actor }: SubgraphContext): Promise<readonly TwilioPhoneNumber[]> {
    return this.verify.numbers(requireWorkspaceActor(actor));
  }

  @RequiresScopes('telephony:manage')
  @Mutation(() => TwilioSettingsPayload)
  async twilioSettingsSave(
    @Arg('input', () => TwilioSettingsSaveInput) input: TwilioSettingsSaveInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<TwilioSettingsPayload> {
    const { resource, userErrors } = await toOutcome(() =>
      this.save.execute(requireWorkspaceActor(actor), input),
    );
    return { twilioSettings: resource && toTwilioSettings(resource), userErrors };
  }

  @RequiresScopes('telephony:manage')
  @Mutation(() => TwilioSettingsPayload, {
    description:
      'Asks Twilio whether account, token and number belong together, and has it deliver what comes to the number here.',
  })
  async twilioSettingsVerify(@Ctx() { actor }: SubgraphContext): Promise<TwilioSettingsPayload> {
    const { resource, userErrors } = await toOutcome(() => this.verify.execute(requireWorkspaceActor(actor)));
    return { twilioSettings: resource && toTwilioSettings(resource), userErrors };
  }

  @RequiresScopes('telephony:manage')
  @Mutation(() => TwilioSettingsDeletePayload)
  async twilioSettingsDelete(@Ctx() { actor }: SubgraphContext): Promise<TwilioSettingsDeletePayload> {
    return { deletedId: await this.remove.execute(requireWorkspaceActor(actor)), userErrors: [] };
  }
}
