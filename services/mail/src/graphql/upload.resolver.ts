import { requireWorkspaceActor } from '@switchboard/identity';
import {
  RequiresScopes,
  type SubgraphContext,
  Text,
  toOutcome,
  UrlScalar,
  UserError,
} from '@switchboard/subgraph';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { CreateUpload } from '../use-cases/create-upload.ts';
import { toUpload, Upload } from './upload.type.ts';

@InputType('UploadCreateInput')
export class UploadCreateInput {
  @Text({ maxLength: 255 })
  @Field(() => String)
  filename!: string;

  @Text({ maxLength: 255 })
  @Field(() => String, { description: 'Such as `application/pdf`.' })
  contentType!: string;

  @Field(() => Int, { description: 'The exact size, 25 MB at most.' })
  bytes!: number;
}

@ObjectType('UploadCreatePayload')
export class UploadCreatePayload {
  @Field(() => Upload, { nullable: true })
  upload!: Upload | null;

  @Field(() => UrlScalar, {
    nullable: true,
    description:
      'PUT the bytes here within an hour. It works for one file, needs no other authorization, and is shown once.',
  })
  url!: string | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}

@Resolver(() => Upload)
export class UploadResolver {
  constructor(private readonly createUpload: CreateUpload) {}

  @RequiresScopes('mail:send')
  @Mutation(() => UploadCreatePayload, { description: 'Announces a file to attach to mails.' })
  async uploadCreate(
    @Arg('input', () => UploadCreateInput) input: UploadCreateInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<UploadCreatePayload> {
    const { resource, userErrors } = await toOutcome(() =>
      this.createUpload.execute(requireWorkspaceActor(actor), input),
    );
    return { upload: resource && toUpload(resource.upload), url: resource?.url ?? null, userErrors };
  }
}
