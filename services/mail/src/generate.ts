import { writeGeneratedSdl } from '@switchboard/subgraph';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { MailMessageResolver } from './graphql/mail-message.resolver.ts';
import { type Lookups, mailSubgraph } from './graphql/subgraph.ts';
import { TemplateResolver } from './graphql/template.resolver.ts';
import { UploadResolver } from './graphql/upload.resolver.ts';

// Only the schema is wanted: nothing is ever looked up.
const none = {} as Lookups;
writeGeneratedSdl(
  mailSubgraph([MailMessageResolver, UploadResolver, TemplateResolver, ContactPointResolver], none),
  new URL('../schema.graphql', import.meta.url),
);
