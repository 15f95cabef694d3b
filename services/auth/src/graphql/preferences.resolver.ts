import { requireWorkspaceActor } from '@switchboard/identity';
import { Authenticated, type SubgraphContext, Text, UserError } from '@switchboard/subgraph';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { type Channel, readQuietHours, timeOf } from '../domain/preferences.ts';
import type { ManagePreferences, Wishes } from '../use-cases/accounts/manage-preferences.ts';
import { ChannelEnum } from './enums.ts';
import { outcomeOf } from './outcome.ts';

const TIME = { maxLength: 5 };
const ZONE = { maxLength: 64 };

@ObjectType('QuietHours', { description: 'When you are left alone, by the clock on your wall.' })
export class QuietHours {
  @Field(() => String, { description: 'Such as 22:00.' })
  from!: string;

  @Field(() => String, { description: 'Such as 07:00; past midnight when it is earlier than `from`.' })
  to!: string;

  @Field(() => String, { description: 'IANA, such as Europe/Zurich.' })
  timeZone!: string;
}

@ObjectType('Preferences', { description: 'What you want in this workspace.' })
export class Preferences {
  @Field(() => [ChannelEnum], { description: 'How you may be told something. None: not at all.' })
  channels!: readonly Channel[];

  @Field(() => QuietHours, { nullable: true })
  quietHours!: QuietHours | null;

  @Field(() => Boolean, { description: 'Whether nothing of yours goes to a language model.' })
  aiOptOut!: boolean;
}

@InputType('QuietHoursInput')
export class QuietHoursInput {
  @Text(TIME)
  @Field(() => String)
  from!: string;

  @Text(TIME)
  @Field(() => String)
  to!: string;

  @Text(ZONE)
  @Field(() => String)
  timeZone!: string;
}

@InputType('PreferencesUpdateInput')
export class PreferencesUpdateInput {
  @Field(() => [ChannelEnum], { nullable: true })
  channels?: Channel[] | null;

  @Field(() => QuietHoursInput, { nullable: true, description: 'Null ends them; what is left out stays.' })
  quietHours?: QuietHoursInput | null;

  @Field(() => Boolean, { nullable: true })
  aiOptOut?: boolean | null;
}

@ObjectType('PreferencesUpdatePayload')
export class PreferencesUpdatePayload {
  @Field(() => Preferences, { nullable: true })
  preferences!: Preferences | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver()
export class PreferencesResolver {
  constructor(private readonly managePreferences: ManagePreferences) {}

  @Authenticated()
  @Query(() => Preferences, { nullable: true, description: 'What you want in this workspace.' })
  async preferences(@Ctx() { actor }: SubgraphContext): Promise<Preferences> {
    return toPreferences(await this.managePreferences.read(requireWorkspaceActor(actor)));
  }

  @Authenticated()
  @Mutation(() => PreferencesUpdatePayload, { description: 'Changes what you want; what is left out stays.' })
  async preferencesUpdate(
    @Arg('input', () => PreferencesUpdateInput) input: PreferencesUpdateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<PreferencesUpdatePayload> {
    const { resource, userErrors } = await outcomeOf(async () =>
      this.managePreferences.update(requireWorkspaceActor(actor), toChanges(input)),
    );
    return { preferences: resource && toPreferences(resource), userErrors };
  }
}

function toChanges({ channels, quietHours, aiOptOut }: PreferencesUpdateInput): Partial<Wishes> {
  return {
    ...(channels && { channels: [...new Set(channels)] }),
    ...(quietHours && {
      quietHours: readQuietHours(quietHours.from, quietHours.to, quietHours.timeZone),
    }),
    ...(quietHours === null && { quietHours: null }),
    ...(typeof aiOptOut === 'boolean' && { aiOptOut }),
  };
}

function toPreferences({ channels, quietHours, aiOptOut }: Wishes): Preferences {
  return {
    channels,
    quietHours: quietHours && {
      from: timeOf(quietHours.fromMinute),
      to: timeOf(quietHours.toMinute),
      timeZone: quietHours.timeZone,
    },
    aiOptOut,
  };
}
