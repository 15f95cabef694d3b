import { AppError } from '@switchboard/errors';
import type { RpcClient } from '@switchboard/messaging';
import { AuthService, DataRequestKind, DataRequestScope } from '@switchboard/proto-schemas';
import type { DataPart } from './copy-slice.ts';
import type { DataSubject } from './subject.ts';

/** Where a service learns whose data is asked for, and where it hands over its share. It is auth. */
export interface DataOffice {
  /** `undefined` once the request is no longer carried out, or has the asker's answer. */
  subjectOf(requestId: string): Promise<DataSubject | undefined>;
  storePart(requestId: string, part: DataPart): Promise<void>;
  answer(requestId: string, done: { readonly rows: number; readonly parts: number }): Promise<void>;
}

/** Auth, over the broker. */
export class RemoteDataOffice implements DataOffice {
  constructor(private readonly rpc: RpcClient) {}

  async subjectOf(requestId: string): Promise<DataSubject | undefined> {
    try {
      const found = await this.rpc.ask(AuthService.method.dataSubject, { requestId });
      return {
        kind: found.kind === DataRequestKind.ERASURE ? 'ERASURE' : 'EXPORT',
        scope: found.scope === DataRequestScope.WORKSPACE ? 'WORKSPACE' : 'USER',
        userId: found.userId,
        email: found.email,
        workspaceId: found.workspaceId,
        connectionIds: found.connectionIds,
      };
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'NOT_FOUND') return undefined;
      throw thrown;
    }
  }

  async storePart(requestId: string, { sequence, path, content }: DataPart): Promise<void> {
    await this.rpc.ask(AuthService.method.storeDataPart, { requestId, sequence, path, content });
  }

  async answer(requestId: string, { rows, parts }: { rows: number; parts: number }): Promise<void> {
    await this.rpc.ask(AuthService.method.answerDataRequest, { requestId, rows: BigInt(rows), parts });
  }
}
