import { randomBytes } from 'node:crypto';
import { invalidInput } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { UnitOfWork } from '@switchboard/messaging';
import { UploadCreatedSchema } from '@switchboard/proto-schemas';
import { sha256Of } from '../domain/hashes.ts';
import { requireHeaderText } from '../domain/header-text.ts';
import { ATTACHMENT_BYTES_MAX, UPLOAD_LIFETIME_MS, Upload } from '../domain/upload.ts';

// RFC 6838 section 4.2, without parameters: they would be a place to hide things in a header.
const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i;
const TOKEN_BYTES = 32;

export interface CreateUploadInput {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: number;
}

/** Announces a file and gives out the address to send it to. */
export class CreateUpload {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly publicUrl: string,
  ) {}

  /** @returns the upload and where to PUT its bytes. @throws AppError INVALID_INPUT */
  async execute(actor: WorkspaceActor, input: CreateUploadInput): Promise<{ upload: Upload; url: string }> {
    const { filename, contentType, bytes } = input;
    requireHeaderText('filename', filename);
    if (filename.trim() === '' || /[/\\]/.test(filename)) {
      throw invalidInput('filename must be a name without a folder.');
    }
    if (!CONTENT_TYPE.test(contentType)) throw invalidInput('contentType must be like "application/pdf".');
    if (bytes < 1 || bytes > ATTACHMENT_BYTES_MAX) {
      throw invalidInput(`bytes must be between 1 and ${ATTACHMENT_BYTES_MAX}.`);
    }
    // The token is the permission: it is shown once and only its hash is kept.
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const upload = await this.unitOfWork.run(actor, async ({ em, record }) => {
      const created = em.create(Upload, {
        id: newId('upl'),
        workspaceId: actor.workspaceId,
        filename,
        contentType,
        bytes,
        tokenHash: sha256Of(token),
        sandbox: actor.mode === 'test',
        expiresAt: new Date(Date.now() + UPLOAD_LIFETIME_MS),
      });
      record(UploadCreatedSchema, { uploadId: created.id, bytes });
      return created;
    });
    const url = new URL(`/uploads/${upload.id}`, this.publicUrl);
    url.searchParams.set('token', token);
    return { upload, url: url.href };
  }
}
