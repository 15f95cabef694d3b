import { Loop } from '@switchboard/messaging';
import { ProviderRegistry } from '@switchboard/providers';
import { connectionAnswers, contactAnswers, defineService } from '@switchboard/service';
import { mailConfig } from './config.ts';
import { MailAttachment } from './domain/mail-attachment.ts';
import { MailMessage } from './domain/mail-message.ts';
import { MailRecipient } from './domain/mail-recipient.ts';
import { Mailbox } from './domain/mailbox.ts';
import { Suppression } from './domain/suppression.ts';
import { TimelineEntry } from './domain/timeline-entry.ts';
import { Upload } from './domain/upload.ts';
import { MAILBOX_VENDOR } from './events/connection-mailbox.ts';
import { mailHandlers } from './events/handlers.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { MailMessageResolver } from './graphql/mail-message.resolver.ts';
import { MailboxResolver } from './graphql/mailbox.resolver.ts';
import { mailSubgraph } from './graphql/subgraph.ts';
import { TemplateResolver } from './graphql/template.resolver.ts';
import { UploadResolver } from './graphql/upload.resolver.ts';
import { migrations } from './persistence/migrations.ts';
import { mailInventory } from './personal-data.ts';
import { imapProvider } from './providers/imap/imap.provider.ts';
import type { MailProvider } from './providers/mail-provider.ts';
import { sendgridProvider } from './providers/sendgrid/sendgrid.provider.ts';
import { smtpProvider } from './providers/smtp/smtp.provider.ts';
import { uploadRoutes } from './uploads/put-upload.ts';
import { ChooseAccount } from './use-cases/choose-account.ts';
import { CleanUploads } from './use-cases/clean-uploads.ts';
import { mailsOfContact } from './use-cases/contact-resources.ts';
import { CreateUpload } from './use-cases/create-upload.ts';
import { deliverMail } from './use-cases/deliver-mail.ts';
import { FindMail } from './use-cases/find-mail.ts';
import { FindMailboxes } from './use-cases/find-mailboxes.ts';
import { FindUploads } from './use-cases/find-uploads.ts';
import { ListMailboxes } from './use-cases/list-mailboxes.ts';
import { ListTemplates } from './use-cases/list-templates.ts';
import { ReadMailboxes } from './use-cases/read-mailboxes.ts';
import { SendMail } from './use-cases/send-mail.ts';
import { sendTemplateMail, TemplateMails } from './use-cases/send-template-mail.ts';
import { StoreUpload } from './use-cases/store-upload.ts';
import { TemplateContents } from './use-cases/template-contents.ts';
import { sendgridWebhook } from './webhooks/sendgrid.ts';

/** The vendors that mails can go through, in order of preference. */
export const PROVIDERS: readonly MailProvider[] = [sendgridProvider, smtpProvider];

/** How mailboxes are read. */
export const READER = imapProvider;

const CLEANING_MS = 3_600_000;
const FINDING_MS = 3_600_000;

/** The mail service: mails sent by workspaces and by the product itself, what became of them, their files, and mails received. */
export const mail = defineService({
  name: 'mail',
  config: mailConfig,
  entities: [MailMessage, MailRecipient, MailAttachment, TimelineEntry, Suppression, Upload, Mailbox],
  migrations,
  inventory: mailInventory,
  compose({ database, unitOfWork, rpc, lender, logger, publicUrl, runIntent }, config) {
    const providers = new ProviderRegistry('mail', PROVIDERS);
    const accounts = new ChooseAccount(lender, providers.ids, config.MAIL_FROM_ADDRESS);
    const contents = new TemplateContents(rpc, config.MAIL_PRODUCT_NAME);
    const deliver = deliverMail({ database, lender, providers, contents });
    const makeTemplateMail = sendTemplateMail({ accounts, contents, deliver, runIntent, logger });
    const templateMails = new TemplateMails(makeTemplateMail, runIntent);
    const findMail = new FindMail(database);
    const findUploads = new FindUploads(database);
    const storeUpload = new StoreUpload(unitOfWork);
    const cleanUploads = new CleanUploads(database);
    const cleaning = new Loop('uploads', () => cleanUploads.execute(), { idleMs: CLEANING_MS, logger });
    cleaning.start();
    const mailboxes = new ReadMailboxes({
      unitOfWork,
      lender,
      reader: { id: READER.id, ...READER.reader },
      vendor: MAILBOX_VENDOR,
      pollMs: config.MAIL_MAILBOX_POLL_SECONDS * 1_000,
      mailboxesMax: config.MAIL_MAILBOXES_MAX,
      logger,
    });
    mailboxes.start();
    const findMailboxes = new FindMailboxes(database, rpc, MAILBOX_VENDOR);
    const finding = new Loop('connections', () => findMailboxes.execute(), { idleMs: FINDING_MS, logger });
    finding.start();
    const resolvers = [
      new MailMessageResolver(new SendMail(unitOfWork, accounts, deliver, runIntent), findMail),
      new UploadResolver(new CreateUpload(unitOfWork, publicUrl)),
      new TemplateResolver(new ListTemplates()),
      new ContactPointResolver(findMail),
      new MailboxResolver(new ListMailboxes(database)),
    ];
    return {
      subgraph: mailSubgraph(resolvers, { findMail, findUploads }),
      handlers: mailHandlers(templateMails, mailboxes),
      intents: [deliver, makeTemplateMail],
      webhooks: [sendgridWebhook],
      answers: [contactAnswers(database, mailsOfContact), connectionAnswers(lender, providers)],
      routes: (app) => uploadRoutes(app, storeUpload),
      async stop() {
        await Promise.all([cleaning.stop(), finding.stop(), mailboxes.stop()]);
      },
    };
  },
});
