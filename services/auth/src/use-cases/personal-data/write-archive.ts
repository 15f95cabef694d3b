import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { UnitOfWork } from '@switchboard/messaging';
import { DataExportFetchedSchema } from '@switchboard/proto-schemas';
import { SYSTEM } from '@switchboard/storage';
import yazl from 'yazl';
import type { Clock } from '../../domain/clock.ts';
import { DataRequest, isFetchable } from '../../domain/data-request.ts';
import type { SealSecrets } from '../vault/seal-secrets.ts';
import { partPlace } from './part-place.ts';

interface File {
  readonly service: string;
  readonly path: string;
}

/** Puts a copy together: a folder for each service, with a file of lines of JSON for each kind of thing. */
export class WriteArchive {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sealSecrets: SealSecrets,
    private readonly now: Clock,
  ) {}

  /** @returns a ZIP archive, written while it is read; `undefined` when there is no such copy, or no longer. */
  async execute(requestId: string): Promise<Readable | undefined> {
    const request = await this.unitOfWork.run(SYSTEM, async ({ em, record }) => {
      const found = await em.findOne(DataRequest, { id: requestId });
      if (!found || !isFetchable(found, this.now())) return undefined;
      record(DataExportFetchedSchema, { requestId }, { workspaceId: found.workspaceId });
      return found;
    });
    if (!request) return undefined;
    const files = await this.unitOfWork.database.statement<File>(
      'select service, path from data_parts where request_id = ? group by service, path order by service, path',
      [requestId],
    );
    const zip = new yazl.ZipFile();
    const output = zip.outputStream as Readable;
    zip.on('error', (error: Error) => output.destroy(error));
    // Whoever reads it hears of a failure by the stream's end; they may have gone before it came.
    output.on('error', () => {});
    zip.addBuffer(Buffer.from(`${JSON.stringify(aboutOf(request), null, 2)}\n`), 'about.json');
    for (const file of files) {
      zip.addReadStreamLazy(`${file.service}/${file.path}`, (give) => {
        const pieces = Readable.from(this.#pieces(requestId, file));
        // The archive does not listen for it, and nobody listening ends the process.
        pieces.once('error', (error) => output.destroy(error));
        give(null, pieces);
      });
    }
    zip.end();
    return output;
  }

  /** One piece at a time: a copy may be larger than the memory. */
  async *#pieces(requestId: string, { service, path }: File): AsyncGenerator<Uint8Array> {
    const { database } = this.unitOfWork;
    for (let after = -1; ; ) {
      const [part] = await database.statement<{ sequence: number; sealed: string }>(
        `select sequence, sealed from data_parts
         where request_id = ? and service = ? and path = ? and sequence > ? order by sequence limit 1`,
        [requestId, service, path, after],
      );
      if (!part) return;
      const place = partPlace({ requestId, service, sequence: part.sequence });
      const opened = await database.read(SYSTEM, (em) =>
        this.sealSecrets.openBytesAt(em, place, part.sealed),
      );
      yield await promisify(gunzip)(opened);
      after = part.sequence;
    }
  }
}

function aboutOf({ id, scope, userId, workspaceId, requestedAt, completedAt }: DataRequest) {
  return {
    requestId: id,
    of: scope === 'USER' ? { userId } : { workspaceId },
    requestedAt,
    completedAt,
    format: 'A folder for each service; in .jsonl files each line is one JSON object.',
  };
}
