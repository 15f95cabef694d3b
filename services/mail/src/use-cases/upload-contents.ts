import type { Upload } from '../domain/upload.ts';
import type { OutgoingAttachment } from '../providers/mail-provider.ts';

/** What reads chunks needs of an entity manager. */
interface Reader {
  execute<T>(sql: string, parameters: readonly unknown[]): Promise<T>;
}

/** The bytes of stored files, in their order. */
export async function filesOf(
  em: Reader,
  uploads: readonly Upload[],
): Promise<readonly OutgoingAttachment[]> {
  const files: OutgoingAttachment[] = [];
  for (const { id, transferId, filename, contentType } of uploads) {
    const chunks = await em.execute<{ data: Uint8Array }[]>(
      'select data from upload_chunks where upload_id = ? and transfer_id = ? order by position',
      [id, transferId],
    );
    const content = Buffer.concat(chunks.map(({ data }) => data));
    files.push({ filename, contentType, content });
  }
  return files;
}
