import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';

/** What an archive holds: bytes by path. @throws Error for what is no ZIP archive. */
export async function readZip(archive: Uint8Array): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(Buffer.from(archive), { lazyEntries: true });
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) {
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  }
  return files;
}
