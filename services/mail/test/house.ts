/** What the tests of mail share: the service under test and its sandbox. */
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { Role } from '@switchboard/proto-schemas';
import type { DatabaseLocation } from '@switchboard/storage';
import { type SandboxControl, startTestService, type TestService } from '@switchboard/testing';
import { mail } from '../src/service.ts';

export interface MessageView {
  readonly id: string;
  readonly status: string;
  readonly errorCode: string | null;
  readonly provider: string;
  readonly sandbox: boolean;
  readonly text: string | null;
  readonly html: string | null;
  readonly subject: string;
  readonly template: string | null;
  readonly recipients: { address: string; status: string }[];
  readonly timeline: { kind: string; detail: string | null }[];
}

export interface Sent {
  mailSend: {
    message: MessageView | null;
    replayed: boolean;
    userErrors: { code: string; message: string }[];
  };
}

const MESSAGE =
  'id status errorCode provider sandbox subject text html template recipients { address status } timeline { kind detail }';
export const SEND = `mutation ($input: MailSendInput!) {
  mailSend(input: $input) { message { ${MESSAGE} } replayed userErrors { code message } } }`;
const READ = `query ($id: ID!) { mailMessage(id: $id) { ${MESSAGE} } }`;
const LIST = `query ($filter: MailFilter) { mailMessages(filter: $filter) { nodes { ${MESSAGE} } } }`;

/** The mail service with everything around it. */
export class House {
  private constructor(readonly inner: TestService) {}

  static async start(environment: Record<string, string> = {}, location?: DatabaseLocation): Promise<House> {
    return new House(await startTestService(mail, { environment, ...(location && { location }) }));
  }

  get url(): string {
    return this.inner.service.url;
  }

  stop(): Promise<void> {
    return this.inner.stop();
  }

  /** Sends; unless said otherwise, with a subject and a text. */
  send(actor: WorkspaceActor, input: Record<string, unknown>) {
    return this.inner.graphql<Sent>(actor, SEND, {
      input: { idempotencyKey: newId('key'), subject: 'Hello', text: 'Hi', ...input },
    });
  }

  /** @throws Error when the mail was refused. */
  async sent(actor: WorkspaceActor, input: Record<string, unknown>): Promise<MessageView> {
    const answer = await this.send(actor, input);
    const message = answer.data?.mailSend.message;
    if (!message) throw new Error(JSON.stringify(answer));
    return message;
  }

  async read(actor: WorkspaceActor, id: string): Promise<MessageView | null | undefined> {
    const { data } = await this.inner.graphql<{ mailMessage: MessageView | null }>(actor, READ, { id });
    return data?.mailMessage;
  }

  async list(actor: WorkspaceActor, filter: Record<string, unknown> = {}): Promise<MessageView[]> {
    const answer = await this.inner.graphql<{ mailMessages: { nodes: MessageView[] } }>(actor, LIST, {
      filter,
    });
    if (!answer.data) throw new Error(JSON.stringify(answer.errors));
    return answer.data.mailMessages.nodes;
  }

  get control(): SandboxControl {
    return this.inner.control;
  }

  /** Presets what auth says about a challenge. @returns the link that its mail must hold. */
  challenge(id: string, workspaceId: string, to: string, more: { name?: string } = {}): string {
    const link = `https://app.example.com/follow/${id}.${'s3cret'.repeat(6)}`;
    this.inner.auth.mailContexts.set(id, {
      template: '',
      recipientAddress: to,
      recipientName: more.name ?? '',
      workspaceId,
      workspaceName: 'Acme & Sons',
      inviterName: 'Bo',
      role: Role.ADMIN,
      link,
      expiresAt: timestampFromDate(new Date(Date.now() + 7 * 86_400_000)),
    });
    return link;
  }
}
