import { defineHandler, type Handler } from '@switchboard/messaging';
import { DataRequestKind, DataRequestOpenedSchema } from '@switchboard/proto-schemas';
import type { TemplateMails } from '../use-cases/send-template-mail.ts';

/** Tells who asked for an erasure that it is coming: it may have been somebody else at their screen. */
export function onDataRequestOpened(mails: TemplateMails): Handler {
  return defineHandler({
    name: 'mail-erasure-scheduled',
    event: DataRequestOpenedSchema,
    async handle(event, tx) {
      const { kind, requestId } = event.payload;
      if (kind === DataRequestKind.ERASURE) await mails.plan(tx, event, 'erasure-scheduled', requestId);
    },
  });
}
