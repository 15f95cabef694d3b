import { defineIntent, type Intent, planIntent } from '@switchboard/intents';
import type { Database } from '@switchboard/storage';
import { copySlice } from './copy-slice.ts';
import type { DataOffice } from './data-office.ts';
import { eraseSlice } from './erase-slice.ts';
import { ANSWER_INTENT, type Inventory } from './inventory.ts';
import { BEGINNING, type Progress, type Slice } from './tasks.ts';

/** A slice has to end well within the worker's lease. */
const SLICE_MS = 2_000;

export interface AnswerPayload {
  readonly requestId: string;
  /** Whose intent it is: the workspace of the event. */
  readonly workspaceId: string;
  /** Absent at the beginning. */
  readonly progress?: Progress;
}

/**
 * Does a service's share of a request: copies or erases what its inventory says, a slice at a time, and answers auth
 * when all is done. After a crash it goes on where the last slice ended.
 */
export function answerDataRequest(deps: {
  readonly database: Database;
  readonly inventory: Inventory;
  readonly office: DataOffice;
}): Intent<AnswerPayload, Slice> {
  const { database, inventory, office } = deps;
  const intent = defineIntent<AnswerPayload, Slice>({
    kind: ANSWER_INTENT,
    // Pieces replace themselves, and what is erased is erased.
    repeatable: true,
    async act({ requestId, progress = BEGINNING }) {
      const subject = await office.subjectOf(requestId);
      if (!subject) return { progress, isDone: true };
      const until = Date.now() + SLICE_MS;
      const slice =
        subject.kind === 'EXPORT'
          ? await copySlice(
              database,
              inventory,
              subject,
              progress,
              (part) => office.storePart(requestId, part),
              until,
            )
          : await eraseSlice(database, inventory, subject, progress, until);
      if (slice.isDone) await office.answer(requestId, slice.progress);
      return slice;
    },
    async settle(tx, { requestId, workspaceId }, { progress, isDone }) {
      if (isDone) return;
      await planIntent(tx, intent, { requestId, workspaceId, progress }, { workspaceId });
    },
    // Auth states the request again to whoever has not answered.
    async fail() {},
  });
  return intent;
}
