import { accessFaults } from '@switchboard/testing';
import { expect, it } from 'vitest';
import { ContactPointResolver } from '../src/graphql/contact-point.resolver.ts';
import { MailMessageResolver } from '../src/graphql/mail-message.resolver.ts';
import { MailboxResolver } from '../src/graphql/mailbox.resolver.ts';
import { mailSubgraph } from '../src/graphql/subgraph.ts';
import { TemplateResolver } from '../src/graphql/template.resolver.ts';
import { UploadResolver } from '../src/graphql/upload.resolver.ts';

it('refuses every field with an access rule exactly to the callers that do not satisfy it', async () => {
  // What the resolvers call is absent: only who gets that far is asked.
  const subgraph = mailSubgraph(
    [MailMessageResolver, UploadResolver, TemplateResolver, ContactPointResolver, MailboxResolver],
    {} as never,
  );
  expect(await accessFaults(subgraph, new URL('../schema.graphql', import.meta.url))).toEqual([]);
});
