import { writeServiceReadme } from '@switchboard/service';
import { writeGeneratedSdl } from '@switchboard/subgraph';
import type { ConnectionListener } from './events/connection-mailbox.ts';
import { mailHandlers } from './events/handlers.ts';
import { PUBLISHED } from './events/published.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { MailMessageResolver } from './graphql/mail-message.resolver.ts';
import { MailboxResolver } from './graphql/mailbox.resolver.ts';
import { type Lookups, mailSubgraph } from './graphql/subgraph.ts';
import { TemplateResolver } from './graphql/template.resolver.ts';
import { UploadResolver } from './graphql/upload.resolver.ts';
import { mail, PROVIDERS, READER } from './service.ts';
import type { TemplateMails } from './use-cases/send-template-mail.ts';

// Only the schema is wanted: nothing is ever looked up.
const none = {} as Lookups;
writeGeneratedSdl(
  mailSubgraph(
    [MailMessageResolver, UploadResolver, TemplateResolver, ContactPointResolver, MailboxResolver],
    none,
  ),
  new URL('../schema.graphql', import.meta.url),
);
writeServiceReadme(
  mail,
  {
    published: PUBLISHED,
    handlers: mailHandlers({} as TemplateMails, {} as ConnectionListener),
    providers: [...PROVIDERS, READER],
  },
  new URL('../README.md', import.meta.url),
);
