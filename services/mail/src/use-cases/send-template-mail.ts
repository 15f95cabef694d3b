import { defineIntent, type Intent, planIntent } from '@switchboard/intents';
import type { Event, EventTx } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import { MailMessage, type TemplateOrigin } from '../domain/mail-message.ts';
import { addressKeyOf } from '../domain/recipients.ts';
import { recordMailStatus, recordQueued } from '../events/published.ts';
import type { MailReceipt } from '../providers/mail-provider.ts';
import { templateNamed } from '../templates/catalogue.ts';
import { type RenderedMail, renderTemplate } from '../templates/template.ts';
import type { Account, ChooseAccount } from './choose-account.ts';
import type { DeliverMailPayload } from './deliver-mail.ts';
import { addToTimeline, recordMail } from './record-mail.ts';
import { isUnreachable } from './suppressions.ts';
import type { TemplateContents } from './template-contents.ts';

export interface SendTemplateMailPayload extends TemplateOrigin {
  /** The event that asks for the mail. */
  readonly eventId: string;
  readonly workspaceId: string;
}

interface Prepared {
  readonly account: Account;
  /** Without links: what is stored. */
  readonly mails: readonly { readonly address: string; readonly content: RenderedMail }[];
}

interface Deps {
  readonly accounts: ChooseAccount;
  readonly contents: TemplateContents;
  readonly deliver: Intent<DeliverMailPayload, MailReceipt>;
  readonly runIntent: (intentId: string) => Promise<void>;
  readonly logger: Logger;
}

/**
 * Makes the mails of an event: asks who gets what, records one mail for each, and plans its delivery. Stored is the
 * mail without its link: a token in the database, or in the API, would let its reader act as the recipient. The
 * delivery asks for the link again.
 */
export function sendTemplateMail(deps: Deps): Intent<SendTemplateMailPayload, Prepared> {
  return defineIntent<SendTemplateMailPayload, Prepared>({
    kind: 'send-template-mail',
    // It asks and records; the sending is the delivery's, which is not repeated.
    repeatable: true,
    async act({ workspaceId, ...origin }) {
      const { sandbox, recipients } = await deps.contents.ask(origin, workspaceId);
      const template = templateNamed(origin.template, origin.templateVersion);
      const account = await deps.accounts.platform(sandbox ? 'test' : 'live');
      const mails = recipients.map(({ address, variables }) => ({
        address,
        content: renderTemplate(template, variables, { keepLink: false }),
      }));
      return { account, mails };
    },
    async settle(tx, payload, { account, mails }) {
      for (const { address, content } of mails) await recordOne(tx, deps, payload, account, address, content);
    },
    async fail(_tx, { template, sourceId }, error) {
      // Used, revoked or expired meanwhile, as a rule. There is no mail to show it on: nobody knows its recipient.
      deps.logger.warn({ err: error, template, sourceId }, 'mail of an event not made');
    },
  });
}

async function recordOne(
  tx: EventTx,
  deps: Deps,
  payload: SendTemplateMailPayload,
  account: Account,
  address: string,
  content: RenderedMail,
): Promise<void> {
  const { eventId, workspaceId, template, templateVersion, sourceId } = payload;
  const dedupeKey = `${eventId}:${addressKeyOf(address)}`;
  if ((await tx.em.count(MailMessage, { dedupeKey })) > 0) return;
  const message = recordMail(tx, {
    workspaceId,
    userId: null,
    account,
    recipients: [{ kind: 'TO', address }],
    content,
    origin: { template, templateVersion, sourceId },
    dedupeKey,
  });
  const causedBy = recordQueued(tx, message, 1);
  await tx.em.flush();
  if (await isUnreachable(tx, workspaceId, address, account.sandbox)) {
    message.advance('FAILED', 'RECIPIENT_SUPPRESSED');
    addToTimeline(tx, message, 'FAILED', 'Mail to this address bounced before.');
    recordMailStatus(tx, message);
    return;
  }
  const options = { causedBy, workspaceId };
  const intentId = await planIntent(tx, deps.deliver, { messageId: message.id }, options);
  tx.afterCommit(() => void deps.runIntent(intentId));
}

/** Plans the mails that an event asks for, in the newest wording. */
export class TemplateMails {
  constructor(
    private readonly intent: Intent<SendTemplateMailPayload, unknown>,
    private readonly runIntent: (intentId: string) => Promise<void>,
  ) {}

  /** @param sourceId what the mail is about: `vfy_…`, `rst_…`, `inv_…`, `dsr_…` or `mtg_…`. */
  async plan(tx: EventTx, event: Event, template: string, sourceId: string): Promise<void> {
    const { id: eventId, workspaceId } = event;
    const templateVersion = templateNamed(template).version;
    const payload = { template, templateVersion, sourceId, eventId, workspaceId };
    const intentId = await planIntent(tx, this.intent, payload, { causedBy: eventId, workspaceId });
    tx.afterCommit(() => void this.runIntent(intentId));
  }
}
