import { requireWorkspaceActor } from '@switchboard/identity';
import { DateTime, RequiresScopes, type SubgraphContext } from '@switchboard/subgraph';
import { Ctx, Field, ID, ObjectType, Query, Resolver, registerEnumType } from 'type-graphql';
import { MailboxState } from '../domain/mailbox.ts';
import type { ListMailboxes } from '../use-cases/list-mailboxes.ts';

registerEnumType(MailboxState, {
  name: 'MailboxState',
  description: 'How the reading of a mailbox fares.',
  valuesConfig: {
    WAITING: { description: 'It was not looked at yet.' },
    READING: { description: 'It is read.' },
    FAILING: { description: 'The server could not be used; it is tried again.' },
    REFUSED: { description: 'The server refuses the user name or password.' },
    OFF: { description: 'The connection names no mailbox.' },
  },
});

@ObjectType('Mailbox', { description: 'The INBOX of a connection, from which mail is received.' })
export class MailboxView {
  @Field(() => ID)
  connectionId!: string;

  @Field(() => MailboxState)
  state!: MailboxState;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when it is read; what was in it before is not here.',
  })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last looked at with success.' })
  lastSyncedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it could not be read the last time.' })
  lastErrorCode!: string | null;

  @Field(() => Boolean, { description: 'Whether it is one of the vendor sandbox.' })
  sandbox!: boolean;
}

@Resolver(() => MailboxView)
export class MailboxResolver {
  constructor(private readonly listMailboxes: ListMailboxes) {}

  @RequiresScopes('mail:read')
  @Query(() => [MailboxView], { description: 'The mailboxes that mail is received in, oldest first.' })
  async mailboxes(@Ctx() { actor }: SubgraphContext): Promise<MailboxView[]> {
    const found = await this.listMailboxes.execute(requireWorkspaceActor(actor));
    return found.map(({ connectionId, state, startedAt, lastSyncedAt, lastErrorCode, sandbox }) =>
      Object.assign(new MailboxView(), {
        connectionId,
        state,
        startedAt,
        lastSyncedAt,
        lastErrorCode,
        sandbox,
      }),
    );
  }
}
