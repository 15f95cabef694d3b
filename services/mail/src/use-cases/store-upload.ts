import { createHash, randomUUID } from 'node:crypto';
import type { UnitOfWork } from '@switchboard/messaging';
import { UploadStoredSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import { isSameHash, sha256Of } from '../domain/hashes.ts';
import { Upload } from '../domain/upload.ts';

const CHUNK_BYTES = 1_024 * 1_024;

/** Why a file was not taken. */
export type UploadRefusal =
  | 'TOKEN_INVALID'
  | 'EXPIRED'
  | 'ALREADY_STORED'
  | 'SIZE_MISMATCH'
  | 'DIGEST_MISMATCH';

export interface Transfer {
  readonly uploadId: string;
  readonly token: string;
  /** What the sender says the length is, if it says so. */
  readonly announcedBytes: number | undefined;
  /** base64 of the SHA-256 the sender expects, if it says so. */
  readonly sha256Base64: string | undefined;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Takes the bytes of an announced file, once. */
export class StoreUpload {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Chunks are written as they come, each in a transaction of its own: a slow sender holds no connection. A
   * transfer that breaks off can be begun again until the upload expires; the token is used up by a whole file.
   * @returns the stored file's size and hash (hexadecimal), or why it was refused. @throws what the sender's
   * stream throws, after removing what had come.
   */
  async execute(
    transfer: Transfer,
  ): Promise<{ readonly bytes: number; readonly sha256: string } | { readonly refused: UploadRefusal }> {
    const { database } = this.unitOfWork;
    const upload = await database.read(SYSTEM, (em) => em.findOne(Upload, { id: transfer.uploadId }));
    const refused = refusalOf(upload, transfer);
    if (!upload || refused) return { refused: refused ?? 'TOKEN_INVALID' };
    const transferId = randomUUID();
    try {
      const { bytes, digest } = await this.#receive(upload, transferId, transfer.content);
      const isWhole = bytes === upload.bytes;
      const isRight = !transfer.sha256Base64 || digest.toString('base64') === transfer.sha256Base64;
      const sha256 = digest.toString('hex');
      if (isWhole && isRight && (await this.#finish(upload.id, transferId, sha256))) return { bytes, sha256 };
      await this.#discard(upload.id, transferId);
      return { refused: !isWhole ? 'SIZE_MISMATCH' : isRight ? 'ALREADY_STORED' : 'DIGEST_MISMATCH' };
    } catch (thrown) {
      await this.#discard(upload.id, transferId);
      throw thrown;
    }
  }

  /** Stops reading as soon as there is more than was announced. */
  async #receive(
    upload: Upload,
    transferId: string,
    content: AsyncIterable<Uint8Array>,
  ): Promise<{ bytes: number; digest: Buffer }> {
    const hash = createHash('sha256');
    let [bytes, position] = [0, 0];
    let waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    const write = async (): Promise<void> => {
      const data = Buffer.concat(waiting);
      [waiting, waitingBytes] = [[], 0];
      await this.#write(upload, transferId, position++, data);
    };
    for await (const part of content) {
      bytes += part.length;
      if (bytes > upload.bytes) break;
      hash.update(part);
      waiting.push(part);
      waitingBytes += part.length;
      if (waitingBytes >= CHUNK_BYTES) await write();
    }
    if (waitingBytes > 0) await write();
    return { bytes, digest: hash.digest() };
  }

  #write(upload: Upload, transferId: string, position: number, data: Buffer): Promise<void> {
    return this.unitOfWork.database.transaction(SYSTEM, async ({ em }) => {
      await em.execute(
        `insert into upload_chunks (upload_id, workspace_id, transfer_id, position, data)
         values (?, ?, ?, ?, ?)`,
        [upload.id, upload.workspaceId, transferId, position, data],
        'run',
      );
    });
  }

  /** @returns false when another transfer was whole first. */
  #finish(uploadId: string, transferId: string, sha256: string): Promise<boolean> {
    return this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      const [row] = await em.execute<{ workspace_id: string }[]>(
        `update uploads set state = 'STORED', transfer_id = ?, sha256 = ?, stored_at = now()
         where id = ? and state = 'ANNOUNCED' returning workspace_id`,
        [transferId, sha256, uploadId],
      );
      if (row) record(UploadStoredSchema, { uploadId }, { workspaceId: row.workspace_id });
      return row !== undefined;
    });
  }

  #discard(uploadId: string, transferId: string): Promise<void> {
    return this.unitOfWork.database.transaction(SYSTEM, async ({ em }) => {
      await em.execute(
        'delete from upload_chunks where upload_id = ? and transfer_id = ?',
        [uploadId, transferId],
        'run',
      );
    });
  }
}

function refusalOf(upload: Upload | null, transfer: Transfer): UploadRefusal | undefined {
  // An unknown upload and a wrong token are one answer: ids may be known to others.
  if (!upload || !isSameHash(sha256Of(transfer.token), upload.tokenHash)) return 'TOKEN_INVALID';
  if (upload.state === 'STORED') return 'ALREADY_STORED';
  if (upload.expiresAt <= new Date()) return 'EXPIRED';
  const { announcedBytes } = transfer;
  return announcedBytes !== undefined && announcedBytes !== upload.bytes ? 'SIZE_MISMATCH' : undefined;
}
