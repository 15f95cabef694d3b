import { AppError } from '@switchboard/errors';
import type { RpcImplementation } from '@switchboard/messaging';
import { type ContactsService, Mode } from '@switchboard/proto-schemas';
import { type Database, findPage } from '@switchboard/storage';
import { MailMessage } from '../domain/mail-message.ts';
import { sentTo } from './find-mail.ts';

const IDS_MAX = 1_000;

/** Answers `audit`, and nobody else, which mails were sent to an address. */
export function contactResources(database: Database): RpcImplementation<typeof ContactsService> {
  return {
    async resourceIds({ workspaceId, address, mode, limit }, { asker }) {
      if (asker !== 'audit') throw new AppError('FORBIDDEN', `${asker} asked what belongs to an address`);
      const scope = { workspaceId, mode: mode === Mode.TEST ? 'test' : 'live' } as const;
      const plan = { limit: Math.min(limit || IDS_MAX, IDS_MAX), direction: 'forward' } as const;
      const found = await database.read(scope, (em) => findPage(em, MailMessage, sentTo(address), plan));
      return { ids: found.slice(0, plan.limit).map(({ id }) => id) };
    },
  };
}
