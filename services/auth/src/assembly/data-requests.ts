import { Loop } from '@switchboard/messaging';
import { signingKeysOf } from '../config.ts';
import { ExportLinks } from '../domain/export-link.ts';
import { DataRequestResolver } from '../graphql/data-request.resolver.ts';
import { addDataExports } from '../http/data-exports.ts';
import { AnnounceDataRequests } from '../use-cases/personal-data/announce-data-requests.ts';
import { AnswerDataRequest } from '../use-cases/personal-data/answer-data-request.ts';
import { BeginErasure } from '../use-cases/personal-data/begin-erasure.ts';
import { CancelDataRequest } from '../use-cases/personal-data/cancel-data-request.ts';
import { ExpireExports } from '../use-cases/personal-data/expire-exports.ts';
import { ListDataRequests } from '../use-cases/personal-data/list-data-requests.ts';
import { LocalDataOffice } from '../use-cases/personal-data/local-data-office.ts';
import { OpenDataRequest } from '../use-cases/personal-data/open-data-request.ts';
import { ReadDataSubject } from '../use-cases/personal-data/read-data-subject.ts';
import { StoreDataPart } from '../use-cases/personal-data/store-data-part.ts';
import { WriteArchive } from '../use-cases/personal-data/write-archive.ts';
import type { SharedParts } from './shared-parts.ts';
import type { Theme } from './theme.ts';

interface DataRequestsTheme
  extends Theme<'dataRequests', 'readDataSubject' | 'storeDataPart' | 'answerDataRequest'> {
  /** Where auth's own part of an answer goes. */
  readonly office: LocalDataOffice;
}

/** What people ask for of their data: copies and erasure. */
export function assembleDataRequests(
  shared: SharedParts,
  { dataCareMs }: { readonly dataCareMs: number },
): DataRequestsTheme {
  const { config, database, unitOfWork, sealSecrets, saveConnection, now, logger } = shared;
  const dataRequests = new ListDataRequests(database);
  const exportLinks = new ExportLinks(signingKeysOf(config, 'export-link'));
  const readDataSubject = new ReadDataSubject(database);
  const storeDataPart = new StoreDataPart(database, sealSecrets, now);
  const answerDataRequest = new AnswerDataRequest(unitOfWork, now);
  const writeArchive = new WriteArchive(unitOfWork, sealSecrets, now);

  const beginErasure = new BeginErasure(unitOfWork, saveConnection, now);
  const announceDataRequests = new AnnounceDataRequests(unitOfWork, now);
  const expireExports = new ExpireExports(database, now);
  const caretaker = new Loop(
    'data requests',
    async () => {
      await expireExports.execute();
      return (await beginErasure.execute()) || announceDataRequests.execute();
    },
    { idleMs: dataCareMs, logger },
  );
  caretaker.start();

  return {
    resolvers: [
      new DataRequestResolver(
        new OpenDataRequest(unitOfWork, shared.proveAgain, sealSecrets, config.AUTH_ERASURE_GRACE_HOURS, now),
        new CancelDataRequest(unitOfWork),
        dataRequests,
        exportLinks,
        shared.gatewayUrl,
        now,
      ),
    ],
    lookups: { dataRequests },
    answers: { readDataSubject, storeDataPart, answerDataRequest },
    loops: [caretaker],
    routes: (app) =>
      addDataExports(app, async (token) => {
        const requestId = exportLinks.requestIdOf(token, now());
        if (requestId === undefined) return undefined;
        const archive = await writeArchive.execute(requestId);
        return archive && { name: `${requestId}.zip`, archive };
      }),
    office: new LocalDataOffice(readDataSubject, storeDataPart, answerDataRequest),
  };
}
