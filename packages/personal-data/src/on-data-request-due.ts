import { type Intent, planIntent } from '@switchboard/intents';
import { defineHandler, type Handler } from '@switchboard/messaging';
import { DataRequestDueSchema } from '@switchboard/proto-schemas';
import type { AnswerPayload } from './answer-data-request.ts';
import type { Slice } from './tasks.ts';

/** Every service answers every request for data. */
export function onDataRequestDue(answer: Intent<AnswerPayload, Slice>): Handler {
  return defineHandler({
    name: 'answer-data-request',
    event: DataRequestDueSchema,
    async handle({ payload: { requestId }, workspaceId }, tx) {
      await planIntent(tx, answer, { requestId, workspaceId }, { workspaceId });
    },
  });
}
