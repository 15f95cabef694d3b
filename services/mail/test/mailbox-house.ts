/** What the tests of received mail share: mailboxes of workspaces, and what came of them. */
import type { WorkspaceActor } from '@switchboard/identity';
import type { Broker } from '@switchboard/messaging';
import {
  ConnectionCreatedSchema,
  ConnectionDeletedSchema,
  type ConnectionUpdatedSchema,
  OwnerKind,
} from '@switchboard/proto-schemas';
import type { DatabaseLocation } from '@switchboard/storage';
import { publishEvent, testActor, waitFor } from '@switchboard/testing';
import { House } from './house.ts';

export interface ReceivedView {
  readonly id: string;
  readonly direction: string;
  readonly provider: string;
  readonly connectionId: string;
  readonly status: string;
  readonly from: string;
  readonly fromName: string | null;
  readonly to: string[];
  readonly cc: string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly errorCode: string | null;
  readonly sandbox: boolean;
  readonly receivedAt: string | null;
  readonly replyTo: { id: string } | null;
  readonly receivedAttachments: { filename: string; contentType: string; bytes: number }[];
  readonly timeline: { kind: string }[];
}

const RECEIVED = `id direction provider connectionId status from fromName to cc subject text html errorCode sandbox
  receivedAt replyTo { id } receivedAttachments { filename contentType bytes } timeline { kind }`;
const LIST = `query ($first: Int, $filter: MailFilter) {
  mailMessages(first: $first, filter: $filter) { nodes { ${RECEIVED} } } }`;
const READ = `query ($id: ID!) { mailMessage(id: $id) { ${RECEIVED} } }`;

/** A workspace with a mail account whose INBOX is read. */
export interface TestMailbox {
  readonly actor: WorkspaceActor;
  readonly connectionId: string;
  readonly address: string;
  readonly secrets: Record<string, string>;
}

export class MailboxHouse {
  private constructor(
    readonly house: House,
    private readonly auth: Broker,
  ) {}

  static async start(
    environment: Record<string, string> = {},
    location?: DatabaseLocation,
  ): Promise<MailboxHouse> {
    const house = await House.start(environment, location);
    return new MailboxHouse(house, await house.inner.broker.connect('auth'));
  }

  stop(): Promise<void> {
    return this.house.stop();
  }

  /** Connects a workspace to a new account. @param changed secrets that are not the account's. */
  async connect(changed: Record<string, string> = {}): Promise<TestMailbox> {
    const mailbox = await this.connectSilently(changed);
    await this.states(ConnectionCreatedSchema, mailbox);
    return mailbox;
  }

  /** As `connect`, and no event tells of it. */
  async connectSilently(changed: Record<string, string> = {}): Promise<TestMailbox> {
    const actor = testActor();
    const account = await this.house.control.openAccount('imap');
    const { workspaceId } = actor;
    const secrets = { ...account, imapHost: 'imap.example.com', ...changed };
    const connectionId = this.house.inner.auth.connect({ vendor: 'smtp', workspaceId, userId: '', secrets });
    return { actor, connectionId, address: account.username ?? '', secrets: { ...secrets, ...account } };
  }

  /** As `connect`, and looked at for the first time. */
  async open(): Promise<TestMailbox> {
    const mailbox = await this.connect();
    await this.until(mailbox, 'READING');
    return mailbox;
  }

  /** What auth states of a connection. */
  async states(
    schema: typeof ConnectionCreatedSchema | typeof ConnectionUpdatedSchema,
    { actor, connectionId }: TestMailbox,
  ): Promise<void> {
    const { workspaceId } = actor;
    const payload = {
      connectionId,
      vendor: 'smtp',
      ownerKind: OwnerKind.WORKSPACE,
      userId: '',
      sandbox: true,
    };
    await publishEvent(this.auth, schema, payload, { workspaceId });
  }

  async disconnect({ actor, connectionId }: TestMailbox): Promise<void> {
    this.house.inner.auth.disconnect(connectionId);
    const payload = { connectionId, vendor: 'smtp', sandbox: true };
    await publishEvent(this.auth, ConnectionDeletedSchema, payload, { workspaceId: actor.workspaceId });
  }

  /** Somebody writes to the account. */
  async arrives({ address }: TestMailbox, mail: Record<string, unknown> = {}): Promise<void> {
    await this.house.control.simulate('imap', 'incoming-mail', { account: address, ...mail });
  }

  async rows<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.house.inner.service.database.statement<Row>(sql, parameters);
  }

  async stateOf({ connectionId }: TestMailbox): Promise<string | undefined> {
    const [row] = await this.rows<{ state: string }>('select state from mailboxes where connection_id = ?', [
      connectionId,
    ]);
    return row?.state;
  }

  until(mailbox: TestMailbox, state: string): Promise<true> {
    return waitFor(`${state}`, async () => (await this.stateOf(mailbox)) === state && true);
  }

  /** What the workspace received, newest first. */
  async list(
    { actor }: Pick<TestMailbox, 'actor'>,
    filter: Record<string, unknown> = {},
  ): Promise<ReceivedView[]> {
    const answer = await this.house.inner.graphql<{ mailMessages: { nodes: ReceivedView[] } }>(actor, LIST, {
      first: 100,
      filter: { direction: 'INBOUND', ...filter },
    });
    if (!answer.data) throw new Error(JSON.stringify(answer.errors));
    return answer.data.mailMessages.nodes;
  }

  async read(actor: WorkspaceActor, id: string): Promise<ReceivedView | null | undefined> {
    const answer = await this.house.inner.graphql<{ mailMessage: ReceivedView | null }>(actor, READ, { id });
    return answer.data?.mailMessage;
  }

  /** Waits for as many mails as there should be. */
  received(mailbox: TestMailbox, count: number): Promise<ReceivedView[]> {
    return waitFor(`${count} mails`, async () => {
      const mails = await this.list(mailbox);
      return mails.length === count && mails;
    });
  }

  /** How the workspace's mailboxes fare. */
  async mailboxes({ actor }: Pick<TestMailbox, 'actor'>): Promise<object[] | undefined> {
    const answer = await this.house.inner.graphql<{ mailboxes: object[] }>(
      actor,
      '{ mailboxes { connectionId state startedAt lastSyncedAt lastErrorCode sandbox } }',
    );
    return answer.data?.mailboxes;
  }

  /** How many mails and how many events of mails received there are of a workspace. */
  async counts({ actor }: TestMailbox): Promise<{ mails: number; events: number }> {
    const [row] = await this.rows<{ mails: number; events: number }>(
      `select (select count(*) from mail_messages where workspace_id = ?)::int as mails,
         (select count(*) from outbox where workspace_id = ? and type = 'evt.mail.v1.MailReceived')::int as events`,
      [actor.workspaceId, actor.workspaceId],
    );
    return row ?? { mails: 0, events: 0 };
  }
}
