import { defineHandler, type Handler } from '@switchboard/messaging';
import { DataRequestCompletedSchema, DataRequestKind } from '@switchboard/proto-schemas';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';

/** Tells who asked for a copy that it can be fetched. */
export function onDataRequestCompleted(mails: TemplateMails): Handler {
  return defineHandler({
    name: 'mail-copy-ready',
    event: DataRequestCompletedSchema,
    async handle(event, tx) {
      const { kind, requestId } = event.payload;
      if (kind === DataRequestKind.EXPORT) await mails.plan(tx, event, 'copy-ready', requestId);
    },
  });
}
