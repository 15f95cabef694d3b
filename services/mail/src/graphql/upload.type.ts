import { DateTime, Key, Node, NodePrefix } from '@switchboard/subgraph';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { type Upload as UploadEntity, UploadState } from '../domain/upload.ts';

registerEnumType(UploadState, {
  name: 'UploadState',
  description: 'How far a file has come.',
  valuesConfig: {
    ANNOUNCED: { description: 'Its bytes are still to be sent.' },
    STORED: { description: 'It has arrived in full and can be attached.' },
  },
});

@Key('id')
@NodePrefix('upl')
@ObjectType('Upload', { implements: Node, description: 'A file to attach to a mail.' })
export class Upload extends Node {
  @Field(() => String)
  filename!: string;

  @Field(() => String)
  contentType!: string;

  @Field(() => Int)
  bytes!: number;

  @Field(() => UploadState)
  state!: UploadState;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the stored file, in hexadecimal.' })
  sha256!: string | null;

  @Field(() => DateTime, { description: 'Until when its bytes may be sent.' })
  expiresAt!: Date;

  @Field(() => DateTime)
  createdAt!: Date;
}

export function toUpload(entity: UploadEntity): Upload {
  const { id, filename, contentType, bytes, state, sha256, expiresAt, createdAt } = entity;
  return Object.assign(new Upload(), {
    id,
    filename,
    contentType,
    bytes,
    state,
    sha256,
    expiresAt,
    createdAt,
  });
}
