import type { DataOffice, DataPart, DataSubject } from '@switchboard/personal-data';
import type { AnswerDataRequest, DoneShare } from './answer-data-request.ts';
import type { ReadDataSubject } from './read-data-subject.ts';
import type { StoreDataPart } from './store-data-part.ts';

/** What the other services reach over the broker, for auth itself. */
export class LocalDataOffice implements DataOffice {
  constructor(
    private readonly readDataSubject: ReadDataSubject,
    private readonly storeDataPart: StoreDataPart,
    private readonly answerDataRequest: AnswerDataRequest,
  ) {}

  subjectOf(requestId: string): Promise<DataSubject | undefined> {
    return this.readDataSubject.execute('auth', requestId);
  }

  storePart(requestId: string, part: DataPart): Promise<void> {
    return this.storeDataPart.execute('auth', requestId, part);
  }

  answer(requestId: string, done: DoneShare): Promise<void> {
    return this.answerDataRequest.execute('auth', requestId, done);
  }
}
