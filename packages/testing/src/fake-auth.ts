import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AppError } from '@switchboard/errors';
import { newId } from '@switchboard/ids';
import { type Broker, type RpcImplementation, serveRpc } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import {
  AuthService,
  type DataSubjectResponseSchema,
  type MailContextResponse,
  OwnerKind,
} from '@switchboard/proto-schemas';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';

/** Names of the platform's connection; here it is the sandbox's in any case. */
const PLATFORM_NAMES = ['platform', 'sandbox'];
const LENT_FOR_MS = 10 * 60_000;
const LOCALHOST = '127.0.0.1';

interface Connection {
  readonly vendor: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Stands in for the auth service at the other end of the broker, so that one service can be tested alone. */
export interface FakeAuth {
  /** What services reported about the use of credentials. */
  readonly reports: {
    readonly connectionId: string;
    readonly succeeded: boolean;
    readonly errorCode: string;
  }[];
  /** Adds a connection; lent by its id, or as the narrowest of its owner. @returns its id. */
  connect(connection: Connection): string;
  /** Gives a connection other secrets. */
  replaceSecrets(connectionId: string, secrets: Connection['secrets']): void;
  /** Forgets a connection. */
  disconnect(connectionId: string): void;
  /** Answers of `mailContext`, by the id of the challenge. */
  readonly mailContexts: Map<string, Omit<MailContextResponse, '$typeName' | '$unknown'>>;
  /** Answers of `smsContext`, by the id of the challenge. */
  readonly smsContexts: Map<string, { readonly phoneNumber: string; readonly text: string }>;
  /** Answers of `dataSubject`, by the id of the request. */
  readonly dataSubjects: Map<string, MessageInitShape<typeof DataSubjectResponseSchema>>;
  /** The pieces of copies that services handed over, in their order. */
  readonly dataParts: Map<string, { readonly path: string; readonly content: Uint8Array }>;
  /** How many rows services said they copied or erased, by the id of the request. */
  readonly dataAnswers: Map<string, number>;
  /** While true nobody answers for auth, as when it restarts. */
  stop(): Promise<void>;
}

/**
 * @param broker connected as user `auth`.
 * @param sandbox where the platform connections of every vendor lead.
 */
export async function startFakeAuth(
  broker: Broker,
  sandbox: { readonly url: string; readonly smtpPort: number; readonly imapPort: number },
): Promise<FakeAuth> {
  const connections = new Map<string, Connection>();
  const reports: FakeAuth['reports'] = [];
  const mailContexts: FakeAuth['mailContexts'] = new Map();
  const smsContexts: FakeAuth['smsContexts'] = new Map();
  const dataSubjects: FakeAuth['dataSubjects'] = new Map();
  const dataParts: FakeAuth['dataParts'] = new Map();
  const dataAnswers: FakeAuth['dataAnswers'] = new Map();

  const find = (request: { vendor: string; connectionId: string; workspaceId: string; userId: string }) => {
    const { vendor, connectionId, workspaceId, userId } = request;
    const all = [...connections].filter(([, connection]) => connection.vendor === vendor);
    if (PLATFORM_NAMES.includes(connectionId)) return undefined;
    if (connectionId) return all.find(([id]) => id === connectionId);
    const ours = all.filter(([, connection]) => connection.workspaceId === workspaceId);
    return (
      ours.find(([, { userId: owner }]) => owner !== '' && owner === userId) ??
      ours.find(([, { userId: owner }]) => owner === '')
    );
  };

  const implementation: RpcImplementation<typeof AuthService> = {
    lendCredential: async (request) => {
      const { vendor } = request;
      const expiresAt = timestampFromDate(new Date(Date.now() + LENT_FOR_MS));
      const baseUrl =
        vendor === 'smtp' ? `smtp://${LOCALHOST}:${sandbox.smtpPort}` : `${sandbox.url}/${vendor}`;
      const found = find(request);
      if (found) {
        const [connectionId, connection] = found;
        const ownerKind = connection.userId ? OwnerKind.USER : OwnerKind.WORKSPACE;
        const mailbox = connection.secrets.imapHost
          ? { imapHost: LOCALHOST, imapPort: String(sandbox.imapPort) }
          : {};
        const secrets = { ...connection.secrets, ...mailbox };
        return { connectionId, ownerKind, ...connection, secrets, sandbox: true, baseUrl, expiresAt };
      }
      const platformId = platformConnectionId(vendor);
      const wantsPlatform =
        !request.connectionId || [...PLATFORM_NAMES, platformId].includes(request.connectionId);
      if (!wantsPlatform || !(vendor in sandboxAccounts))
        throw new AppError('NOT_FOUND', 'no such connection');
      const account = sandboxAccounts[vendor as keyof typeof sandboxAccounts];
      const secrets = Object.fromEntries(
        Object.entries(account).filter(([, value]) => typeof value === 'string'),
      );
      return {
        connectionId: platformId,
        ownerKind: OwnerKind.PLATFORM,
        secrets,
        sandbox: true,
        baseUrl,
        expiresAt,
      };
    },
    storeCredential: async ({ vendor, workspaceId, userId, connectionId, secrets }) => {
      const id = connectionId || newId('con');
      connections.set(id, { vendor, workspaceId, userId, secrets });
      return { connectionId: id, sandbox: true };
    },
    deleteCredential: async ({ connectionId }) => ({ deleted: connections.delete(connectionId) }),
    reportConnectionUse: async ({ connectionId, succeeded, errorCode }) => {
      reports.push({ connectionId, succeeded, errorCode });
      return {};
    },
    listConnections: async ({ vendor, afterConnectionId }) => ({
      connections: [...connections]
        .filter(([id, connection]) => connection.vendor === vendor && id > afterConnectionId)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([connectionId, { workspaceId, userId }]) => ({
          connectionId,
          workspaceId,
          ownerKind: userId ? OwnerKind.USER : OwnerKind.WORKSPACE,
          sandbox: true,
        })),
    }),
    mailContext: async ({ challenge }) => {
      const context = mailContexts.get(challenge.value ?? '');
      if (!context) throw new AppError('NOT_FOUND', 'no such challenge');
      return context;
    },
    smsContext: async ({ challengeId }) => {
      const context = smsContexts.get(challengeId);
      if (!context) throw new AppError('NOT_FOUND', 'no such challenge');
      return context;
    },
    dataSubject: async ({ requestId }) => {
      const subject = dataSubjects.get(requestId);
      if (!subject) throw new AppError('NOT_FOUND', 'no such request');
      return subject;
    },
    storeDataPart: async ({ requestId, sequence, path, content }) => {
      dataParts.set(`${requestId}/${sequence}`, { path, content });
      return {};
    },
    answerDataRequest: async ({ requestId, rows }) => {
      dataAnswers.set(requestId, Number(rows));
      return {};
    },
    verifyApiKey: async () => ({ found: false }),
    checkSession: async () => ({ active: true }),
  };
  const stop = await serveRpc(
    broker,
    'auth',
    AuthService,
    implementation,
    createLogger('fake-auth', { level: 'silent' }),
  );
  return {
    reports,
    mailContexts,
    smsContexts,
    dataSubjects,
    dataParts,
    dataAnswers,
    connect(connection) {
      const id = newId('con');
      connections.set(id, connection);
      return id;
    },
    replaceSecrets(connectionId, secrets) {
      const connection = connections.get(connectionId);
      if (!connection) throw new Error(`no connection ${connectionId}`);
      connections.set(connectionId, { ...connection, secrets });
    },
    disconnect: (connectionId) => void connections.delete(connectionId),
    stop,
  };
}

/** The id of a vendor's platform connection in tests. */
export function platformConnectionId(vendor: string): string {
  return `con_00000000000000000000${vendor
    .toUpperCase()
    .replace(/[ILOU]/g, '0')
    .slice(0, 6)
    .padEnd(6, '0')}`;
}
