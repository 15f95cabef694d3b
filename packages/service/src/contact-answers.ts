import { AppError } from '@switchboard/errors';
import { ContactsService, Mode } from '@switchboard/proto-schemas';
import type { Database, PagePlan, Tx } from '@switchboard/storage';
import { type Answers, answers } from './definition.ts';

const IDS_MAX = 1_000;

/** Finds what belongs to an e-mail address or phone number, newest first; up to one row more than the plan's limit. */
export type FindContactResources = (
  em: Tx['em'],
  address: string,
  plan: PagePlan,
) => Promise<readonly { readonly id: string }[]>;

/** Answers audit, and nobody else, which of a service's ids belong to an address, within the asked workspace and mode. */
export function contactAnswers(database: Database, find: FindContactResources): Answers {
  return answers(ContactsService, {
    async resourceIds({ workspaceId, address, mode, limit }, { asker }) {
      if (asker !== 'audit') throw new AppError('FORBIDDEN', `${asker} asked what belongs to an address`);
      const scope = { workspaceId, mode: mode === Mode.TEST ? 'test' : 'live' } as const;
      const plan = { limit: Math.min(limit || IDS_MAX, IDS_MAX), direction: 'forward' } as const;
      const found = await database.read(scope, (em) => find(em, address, plan));
      return { ids: found.slice(0, plan.limit).map(({ id }) => id) };
    },
  });
}
