import { requireWorkspaceActor } from '@switchboard/identity';
import {
  Authenticated,
  type Connection,
  ConnectionArgs,
  planPage,
  type SubgraphContext,
  toConnection,
  UserError,
} from '@switchboard/subgraph';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Clock } from '../domain/clock.ts';
import { isFetchable } from '../domain/data-request.ts';
import type { ExportLinks } from '../domain/export-link.ts';
import type { CancelDataRequest } from '../use-cases/personal-data/cancel-data-request.ts';
import type { ListDataRequests } from '../use-cases/personal-data/list-data-requests.ts';
import type { Demand, OpenDataRequest } from '../use-cases/personal-data/open-data-request.ts';
import { CallerProof, proofOf } from './caller-proof.ts';
import { DataRequest, DataRequestConnection, toDataRequest } from './data-request.type.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

@InputType('UserExportInput')
export class UserExportInput extends CallerProof {}

@InputType('UserEraseInput')
export class UserEraseInput extends CallerProof {}

@InputType('WorkspaceExportInput')
export class WorkspaceExportInput extends CallerProof {}

@InputType('WorkspaceEraseInput')
export class WorkspaceEraseInput extends CallerProof {}

@InputType('DataRequestCancelInput')
export class DataRequestCancelInput {
  @Field(() => ID)
  dataRequestId!: string;
}

@ObjectType()
abstract class DataRequestPayload {
  @Field(() => DataRequest, { nullable: true })
  dataRequest!: DataRequest | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@ObjectType('UserExportPayload')
export class UserExportPayload extends DataRequestPayload {}

@ObjectType('UserErasePayload')
export class UserErasePayload extends DataRequestPayload {}

@ObjectType('WorkspaceExportPayload')
export class WorkspaceExportPayload extends DataRequestPayload {}

@ObjectType('WorkspaceErasePayload')
export class WorkspaceErasePayload extends DataRequestPayload {}

@ObjectType('DataRequestCancelPayload')
export class DataRequestCancelPayload extends DataRequestPayload {}

@Resolver(() => DataRequest)
export class DataRequestResolver {
  constructor(
    private readonly openDataRequest: OpenDataRequest,
    private readonly cancelDataRequest: CancelDataRequest,
    private readonly listDataRequests: ListDataRequests,
    private readonly links: ExportLinks,
    private readonly gatewayUrl: string,
    private readonly now: Clock,
  ) {}

  @Authenticated()
  @Query(() => DataRequestConnection, {
    nullable: true,
    description:
      'What you asked for and, if you own this workspace, what was asked for it. Not for API keys.',
  })
  async dataRequests(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<Connection<DataRequest>> {
    const caller = requireWorkspaceActor(actor);
    const plan = planPage(args, { filter: caller.userId ?? '' });
    return toConnection((await this.listDataRequests.execute(caller, plan)).map(toDataRequest), plan);
  }

  @Authenticated()
  @Mutation(() => UserExportPayload, {
    description:
      'Has a copy of your own data made: your account and what it did, not what belongs to workspaces. ' +
      'It can be fetched for a week. Not for API keys.',
  })
  userExport(
    @Arg('input', () => UserExportInput) input: UserExportInput,
    @Ctx() context: SubgraphContext,
  ): Promise<UserExportPayload> {
    return this.#open({ kind: 'EXPORT', scope: 'USER' }, input, context);
  }

  @Authenticated()
  @Mutation(() => UserErasePayload, {
    description:
      'Ends your account: you leave every workspace, and what is yours is erased. It can be cancelled until `dueAt`. ' +
      'Workspaces that you own are transferred or erased first. Not for API keys.',
  })
  userErase(
    @Arg('input', () => UserEraseInput) input: UserEraseInput,
    @Ctx() context: SubgraphContext,
  ): Promise<UserErasePayload> {
    return this.#open({ kind: 'ERASURE', scope: 'USER' }, input, context);
  }

  @Authenticated()
  @Mutation(() => WorkspaceExportPayload, {
    description:
      'Has a copy of everything in this workspace made. It can be fetched for a week. Only for its owner, not for API keys.',
  })
  workspaceExport(
    @Arg('input', () => WorkspaceExportInput) input: WorkspaceExportInput,
    @Ctx() context: SubgraphContext,
  ): Promise<WorkspaceExportPayload> {
    return this.#open({ kind: 'EXPORT', scope: 'WORKSPACE' }, input, context);
  }

  @Authenticated()
  @Mutation(() => WorkspaceErasePayload, {
    description:
      'Ends this workspace with everything in it, for all of its members; books and the audit trail stay, without ' +
      'names. It can be cancelled until `dueAt`. Only for its owner, not for API keys.',
  })
  workspaceErase(
    @Arg('input', () => WorkspaceEraseInput) input: WorkspaceEraseInput,
    @Ctx() context: SubgraphContext,
  ): Promise<WorkspaceErasePayload> {
    return this.#open({ kind: 'ERASURE', scope: 'WORKSPACE' }, input, context);
  }

  @Authenticated()
  @Mutation(() => DataRequestCancelPayload, {
    description: 'Takes an erasure back before it is carried out. Not for API keys.',
  })
  async dataRequestCancel(
    @Arg('input', () => DataRequestCancelInput) { dataRequestId }: DataRequestCancelInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<DataRequestCancelPayload> {
    return payloadOf(
      await outcomeOf(() => this.cancelDataRequest.execute(requireWorkspaceActor(actor), dataRequestId)),
    );
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where the copy is fetched, a ZIP archive; for ten minutes, ask again for another. Null while there is none, ' +
      'and for everybody but who asked for it.',
  })
  downloadUrl(@Root() { entity }: DataRequest, @Ctx() { actor }: SubgraphContext): string | null {
    const { userId, kind } = requireWorkspaceActor(actor);
    const isOwn = kind === 'user' && entity.requestedByUserId === userId;
    if (!isOwn || !isFetchable(entity, this.now())) return null;
    return `${this.gatewayUrl}/data-exports/${this.links.tokenFor(entity.id, this.now())}`;
  }

  async #open(
    demand: Demand,
    input: CallerProof,
    { actor, identity }: SubgraphContext,
  ): Promise<DataRequestPayload> {
    return payloadOf(
      await outcomeOf(() =>
        this.openDataRequest.execute(requireWorkspaceActor(actor), demand, proofOf(input), identity.clientIp),
      ),
    );
  }
}

function payloadOf({
  resource,
  userErrors,
}: Outcome<Parameters<typeof toDataRequest>[0]>): DataRequestPayload {
  return { dataRequest: resource && toDataRequest(resource), userErrors };
}
