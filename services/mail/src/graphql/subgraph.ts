import { buildSubgraph, contactPointReference, type Subgraph, scoped } from '@switchboard/subgraph';
import type { FindMail } from '../use-cases/find-mail.ts';
import type { FindUploads } from '../use-cases/find-uploads.ts';
import { toMailMessage } from './mail-message.type.ts';
import { toUpload } from './upload.type.ts';

/** What other subgraphs and `node` may ask for, always within the caller's workspace. */
export interface Lookups {
  readonly findMail: FindMail;
  readonly findUploads: FindUploads;
}

/** Mail's part of the graph. The classes of the resolvers will do where only the schema is wanted. */
export function mailSubgraph(resolvers: readonly object[], lookups: Lookups): Subgraph {
  return buildSubgraph({
    name: 'mail',
    resolvers,
    references: {
      MailMessage: scoped('mail:read', (ids, caller) => lookups.findMail.byIds(caller, ids), toMailMessage),
      Upload: scoped('mail:send', (ids, caller) => lookups.findUploads.byIds(caller, ids), toUpload),
      ...contactPointReference,
    },
  });
}
