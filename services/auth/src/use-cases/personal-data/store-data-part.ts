import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LockMode } from '@mikro-orm/core';
import { invalidInput, notFound } from '@switchboard/errors';
import type { DataPart } from '@switchboard/personal-data';
import { type Database, SYSTEM } from '@switchboard/storage';
import type { Clock } from '../../domain/clock.ts';
import { DataRequest } from '../../domain/data-request.ts';
import type { SealSecrets } from '../vault/seal-secrets.ts';
import { requireDataService } from './data-services.ts';
import { partPlace } from './part-place.ts';

const BYTES_MAX = 512 * 1_024;
/** It becomes a path in an archive that people unpack. */
const PATH = /^(?!.*\.\.)[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;
const PATH_LENGTH_MAX = 200;

/** Keeps a piece of a copy, encrypted under a key that is the request's own. */
export class StoreDataPart {
  constructor(
    private readonly database: Database,
    private readonly sealSecrets: SealSecrets,
    private readonly now: Clock,
  ) {}

  /**
   * The same piece again replaces the first.
   * @throws AppError FORBIDDEN for an asker that keeps no data, NOT_FOUND for a copy that is not being made,
   * INVALID_INPUT for a path that could leave its folder, or too many bytes.
   */
  async execute(asker: string, requestId: string, { sequence, path, content }: DataPart): Promise<void> {
    const service = requireDataService(asker);
    if (path.length > PATH_LENGTH_MAX || !PATH.test(path)) throw invalidInput('This is no path of a copy.');
    if (content.length > BYTES_MAX) throw invalidInput('The piece is too large.');
    const compressed = await promisify(gzip)(content);
    await this.database.transaction(SYSTEM, async ({ em }) => {
      const where = { id: requestId, kind: 'EXPORT' as const, state: 'RUNNING' as const };
      // A copy is not thrown away while a piece is added to it.
      const request = await em.findOne(DataRequest, where, { lockMode: LockMode.PESSIMISTIC_READ });
      if (!request) throw notFound('DataRequest');
      const place = partPlace({ requestId, service, sequence });
      const sealed = await this.sealSecrets.sealBytesAt(em, place, compressed, this.now());
      await em.execute(
        `insert into data_parts (request_id, service, sequence, path, sealed) values (?, ?, ?, ?, ?)
         on conflict (request_id, service, sequence) do update set path = excluded.path, sealed = excluded.sealed`,
        [requestId, service, sequence, path, sealed],
        'run',
      );
    });
  }
}
