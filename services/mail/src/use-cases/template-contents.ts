import { timestampDate } from '@bufbuild/protobuf/wkt';
import { AppError, notFound } from '@switchboard/errors';
import type { RpcClient } from '@switchboard/messaging';
import {
  AuthService,
  type InvitationContextResponse,
  type MailContextResponse,
  MeetingsService,
  Role,
} from '@switchboard/proto-schemas';
import type { TemplateOrigin } from '../domain/mail-message.ts';
import { addressKeyOf } from '../domain/recipients.ts';
import { templateNamed } from '../templates/catalogue.ts';
import { type RenderedMail, renderTemplate } from '../templates/template.ts';
import { meetingTime, spanUntil } from '../templates/wording.ts';

/** One mail to make from a template. */
export interface TemplateRecipient {
  readonly address: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface TemplateContext {
  /** Whether what it is about exists in the sandbox only; then so must the mail. */
  readonly sandbox: boolean;
  /** Nobody, when what it is about has been called off meanwhile. */
  readonly recipients: readonly TemplateRecipient[];
}

const ROLES: Readonly<Record<Role, string>> = {
  [Role.UNSPECIFIED]: 'member',
  [Role.OWNER]: 'owner',
  [Role.ADMIN]: 'admin',
  [Role.MEMBER]: 'member',
};

/** Asks the services that know for what a mail from a template needs. Their answers are used and not stored. */
export class TemplateContents {
  constructor(
    private readonly rpc: RpcClient,
    private readonly product: string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * @param workspaceId whose mails they are. @throws AppError NOT_FOUND when it is about another workspace, or
   * is not there any more; UNAVAILABLE while nobody answers.
   */
  async ask({ template, sourceId }: TemplateOrigin, workspaceId: string): Promise<TemplateContext> {
    if (sourceId.startsWith('mtg_')) return this.#ofMeeting(template, sourceId, workspaceId);
    const answer = await this.rpc.ask(AuthService.method.mailContext, { challenge: challengeOf(sourceId) });
    if (answer.workspaceId !== workspaceId) throw notFound(sourceId);
    return { sandbox: false, recipients: [this.#ofChallenge(template, answer)] };
  }

  /** What to send, link included. @throws AppError as `ask`; CONFLICT when it is not to be sent any more. */
  async forRecipient(origin: TemplateOrigin, workspaceId: string, address: string): Promise<RenderedMail> {
    const { recipients } = await this.ask(origin, workspaceId);
    const recipient = recipients.find((one) => addressKeyOf(one.address) === addressKeyOf(address));
    if (!recipient) throw new AppError('CONFLICT', `${origin.template} is not for this recipient any more`);
    const template = templateNamed(origin.template, origin.templateVersion);
    return renderTemplate(template, recipient.variables, { keepLink: true });
  }

  #ofChallenge(template: string, answer: MailContextResponse): TemplateRecipient {
    const expiresAt = answer.expiresAt ? timestampDate(answer.expiresAt) : this.now();
    const common = {
      firstName: answer.recipientName,
      product: this.product,
      link: answer.link,
      expiresIn: spanUntil(expiresAt, this.now()),
    };
    const invitation = {
      company: answer.workspaceName,
      role: ROLES[answer.role],
      ...(answer.inviterName && { inviter: answer.inviterName }),
    };
    const dataRequest = answer.workspaceName ? { company: answer.workspaceName } : {};
    const own: Readonly<Record<string, object>> = {
      invitation,
      'erasure-scheduled': dataRequest,
      'copy-ready': dataRequest,
    };
    return { address: answer.recipientAddress, variables: { ...common, ...own[template] } };
  }

  async #ofMeeting(template: string, meetingId: string, workspaceId: string): Promise<TemplateContext> {
    const meeting = await this.rpc.ask(MeetingsService.method.invitationContext, { meetingId });
    if (meeting.workspaceId !== workspaceId) throw notFound(meetingId);
    const { sandbox, attendees, cancelled } = meeting;
    const isCancellation = template === 'meeting-cancellation';
    // Called off before its invitation went out: then only the cancellation is news.
    if (cancelled && !isCancellation) return { sandbox, recipients: [] };
    const common = detailsOf(meeting);
    const recipients = attendees.map(({ email, name }) => ({
      address: email,
      variables: {
        ...common,
        firstName: name,
        ...(!isCancellation && { link: meeting.joinUrl }),
      },
    }));
    return { sandbox, recipients };
  }
}

function detailsOf(meeting: InvitationContextResponse): Readonly<Record<string, unknown>> {
  const startsAt = meeting.startsAt ? timestampDate(meeting.startsAt) : new Date(0);
  return {
    title: meeting.title,
    when: meetingTime(startsAt, meeting.durationMinutes, meeting.timeZone || 'UTC'),
    ...(meeting.organizerName && { organizer: meeting.organizerName }),
  };
}

function challengeOf(sourceId: string) {
  if (sourceId.startsWith('vfy_')) return { case: 'verificationId' as const, value: sourceId };
  if (sourceId.startsWith('rst_')) return { case: 'resetId' as const, value: sourceId };
  if (sourceId.startsWith('dsr_')) return { case: 'dataRequestId' as const, value: sourceId };
  return { case: 'invitationId' as const, value: sourceId };
}
