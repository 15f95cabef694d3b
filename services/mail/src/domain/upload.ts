import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** Size of all files of one mail together, and so of one file. */
export const ATTACHMENT_BYTES_MAX = 25 * 1_024 * 1_024;
/** How long an announced file may still arrive. */
export const UPLOAD_LIFETIME_MS = 60 * 60_000;

export const UploadState = { ANNOUNCED: 'ANNOUNCED', STORED: 'STORED' } as const;
export type UploadState = keyof typeof UploadState;

/** A file to attach: announced first, then sent once with the token in its address. */
@Entity({ tableName: 'uploads' })
export class Upload {
  declare readonly [OptionalProps]?: 'state' | 'transferId' | 'sha256' | 'createdAt' | 'storedAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) filename!: string;
  @Property({ type: 'text' }) contentType!: string;
  @Property({ type: 'integer' }) bytes!: number;
  @Property({ type: 'text' }) state: UploadState = 'ANNOUNCED';
  @Property({ type: 'text', hidden: true }) tokenHash!: string;
  /** Which transfer's chunks are the file: several may have been begun. */
  @Property({ type: 'text', nullable: true }) transferId: string | null = null;
  @Property({ type: 'text', nullable: true }) sha256: string | null = null;
  /** Made by a test caller, and seen by them. */
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) expiresAt!: Date;
  @Property({ type: 'datetime' }) createdAt = new Date();
  @Property({ type: 'datetime', nullable: true }) storedAt: Date | null = null;
}
