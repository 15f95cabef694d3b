import 'reflect-metadata';
import { AppError } from '@switchboard/errors';
import { IDENTITY_HEADER, IdentitySigner, type RequestIdentity } from '@switchboard/identity';
import { createLogger } from '@switchboard/observability';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import {
  Arg,
  Args,
  ArgsType,
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
import {
  Authenticated,
  buildSubgraph,
  CacheControl,
  ConnectionArgs,
  ContactPoint,
  Cost,
  connectionOf,
  contactPointReference,
  createSubgraphServer,
  DateTime,
  EmailAddress,
  Key,
  ListSize,
  Money,
  MoneyInput,
  Node,
  NodePrefix,
  PhoneNumber,
  planPage,
  RequiresScopes,
  Streams,
  type Subgraph,
  type SubgraphContext,
  type SubgraphServer,
  Text,
  TextArg,
  toConnection,
  toOutcome,
  UserError,
} from './index.ts';

const NOTE_WRITTEN = { typeName: 'evt.notes.v1.NoteWritten', field: { noteId: {}, color: {} } };

@Key('id')
@NodePrefix('nte')
@CacheControl({ maxAge: 30, droppedBy: [NOTE_WRITTEN], shared: true })
@ObjectType('Note', { implements: Node, description: 'A note about somebody.' })
export class Note extends Node {
  @Field(() => String)
  text!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @RequiresScopes('notes:price')
  @Field(() => Money, { nullable: true, description: 'What it cost.' })
  price!: Money | null;
}

@InputType('NoteCreateInput')
export class NoteCreateInput {
  @Text({ maxLength: 5_000, multiline: true })
  @Field(() => String)
  text!: string;

  @Field(() => String, { nullable: true })
  title!: string | null;

  @Field(() => [EmailAddress], { nullable: true })
  readers!: string[] | null;

  @Field(() => PhoneNumber, { nullable: true })
  phone!: string | null;

  @Field(() => MoneyInput, { nullable: true })
  price!: MoneyInput | null;
}

@ObjectType('NoteCreatePayload')
export class NoteCreatePayload {
  @Field(() => Note, { nullable: true })
  note!: Note | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@InputType('NoteFilter')
export class NoteFilter {
  @Field(() => String, { nullable: true })
  contains?: string | null;
}

@ArgsType()
export class NotesArgs extends ConnectionArgs {
  @Field(() => NoteFilter, { nullable: true })
  filter?: NoteFilter | null;
}

export function noteId(n: number): string {
  return `nte_01J${n.toString().padStart(23, '0')}`;
}

/** An event, as its schema describes it. */

/** What the resolvers below did. */
export const calls = { resolvers: 0, batches: [] as (readonly string[])[] };

function note(n: number): Note {
  return {
    id: noteId(n),
    text: `note ${n}`,
    createdAt: new Date(0),
    price: { amountMinor: 129_900n, currency: 'USD' },
  };
}

@Resolver(() => Note)
export class NoteResolver {
  @Authenticated()
  @Query(() => Note, { nullable: true })
  note(@Arg('id', () => ID) id: string): Note | null {
    calls.resolvers += 1;
    return { ...note(1), id };
  }

  @RequiresScopes('notes:read')
  @Query(() => connectionOf(Note), { description: 'All notes.' })
  notes(@Args(() => NotesArgs) args: NotesArgs) {
    const plan = planPage(args, { filter: args.filter });
    const ids = [9, 8, 7, 6, 5].filter((n) => {
      if (!plan.boundaryId) return true;
      return plan.direction === 'forward' ? noteId(n) < plan.boundaryId : noteId(n) > plan.boundaryId;
    });
    const rows = plan.direction === 'forward' ? ids.slice(0, plan.limit + 1) : ids.slice(-(plan.limit + 1));
    return toConnection(rows.map(note), plan, 5);
  }

  @Cost(50)
  @Query(() => String, { nullable: true })
  fail(@Arg('how', () => String) how: string): string {
    calls.resolvers += 1;
    if (how === 'app') {
      throw new AppError('RATE_LIMITED', 'vendor said 429', {
        publicMessage: 'Too many.',
        retryAfterMs: 1_500,
        details: { limit: 3 },
      });
    }
    throw new Error('password=hunter2 at db.internal:5432');
  }

  @TextArg('body', { maxLength: 20, multiline: true })
  @Query(() => String)
  echo(
    @Arg('text', () => String, { defaultValue: 'x' }) text: string,
    @Arg('body', () => String, { nullable: true }) body: string | null,
  ): string {
    calls.resolvers += 1;
    return text + (body ?? '');
  }

  @RequiresScopes('notes:read', 'notes:write')
  @Mutation(() => NoteCreatePayload)
  async noteCreate(@Arg('input', () => NoteCreateInput) input: NoteCreateInput): Promise<NoteCreatePayload> {
    calls.resolvers += 1;
    const { resource, userErrors } = await toOutcome(async () => {
      if (input.text === 'limit')
        throw new AppError('RATE_LIMITED', 'slow down', { publicMessage: 'Wait.', retryAfterMs: 1_000 });
      if (input.text === 'reject')
        throw new AppError('REJECTED', 'no', { publicMessage: 'No.', details: { code: 'CARD_DECLINED' } });
      return { ...note(1), text: input.text, price: input.price };
    });
    return { note: resource, userErrors };
  }

  @RequiresScopes('notes:read')
  @Streams(() => Note, { on: [NOTE_WRITTEN], id: 'noteId', description: 'Notes as they change.' })
  noteChanged(@Arg('id', () => ID, { nullable: true }) _id: string | null): Note | null {
    calls.resolvers += 1;
    return null;
  }

  @FieldResolver(() => String)
  shout(@Root() root: Note): string {
    return root.text.toUpperCase();
  }
}

@Resolver(() => ContactPoint)
export class ContactPointResolver {
  @RequiresScopes('notes:read')
  @ListSize(30)
  @FieldResolver(() => [Note], { nullable: true })
  async notes(@Root() root: ContactPoint, @Ctx() context: SubgraphContext): Promise<readonly Note[] | null> {
    return context.load('notesOfContact', root.address, async (addresses) => {
      calls.batches.push(addresses);
      return addresses.map(() => [note(1)]);
    });
  }
}

export function fixtureSubgraph(): Subgraph {
  return buildSubgraph({
    name: 'notes',
    resolvers: [new NoteResolver(), new ContactPointResolver()],
    references: {
      Note: async (ids) => {
        calls.resolvers += 1;
        calls.batches.push(ids);
        return ids.map((id) => (id === noteId(404) ? null : { ...note(1), id }));
      },
      ...contactPointReference,
    },
  });
}

export interface Fixture {
  readonly url: string;
  readonly server: SubgraphServer;
  readonly signer: IdentitySigner;
  readonly publicJwk: JWK;
  readonly log: string[];
  post(
    body: string | object,
    options?: { scopes?: string[]; headers?: Record<string, string>; anonymous?: boolean },
  ): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
  readonly body: any;
  readonly headers: Headers;
}

export async function startFixture(options: { readonly sdlReader?: JWK } = {}): Promise<Fixture> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const signer = await IdentitySigner.create(await exportJWK(privateKey));
  const log: string[] = [];
  const { Writable } = await import('node:stream');
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk));
      done();
    },
  });
  const server = await createSubgraphServer({
    subgraph: fixtureSubgraph(),
    identity: publicJwk,
    sdlReader: options.sdlReader,
    logger: createLogger('notes', { destination }),
    readiness: async () => [],
    routes: (app) => {
      app.post('/webhooks/raw', async (request) => ({ bytes: (request.body as Buffer).length }));
    },
    host: '127.0.0.1',
    port: 0,
  });
  const url = await server.listen();
  return {
    url,
    server,
    signer,
    publicJwk,
    log,
    async post(
      body,
      { scopes = ['notes:read', 'notes:write', 'notes:price'], headers = {}, anonymous = false } = {},
    ) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const identity: RequestIdentity = {
        actor: anonymous
          ? { kind: 'anonymous' }
          : { kind: 'user', workspaceId: 'wsp_1', mode: 'live', scopes, userId: 'usr_1' },
        requestId: 'req_1',
        correlationId: 'req_1',
      };
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        body: text,
        headers: {
          'content-type': 'application/json',
          [IDENTITY_HEADER]: await signer.sign(identity, 'notes', text),
          ...headers,
        },
      });
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
  };
}
