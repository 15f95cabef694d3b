import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AppError, invalidInput, notFound } from '@switchboard/errors';
import type { RpcImplementation } from '@switchboard/messaging';
import { Secret } from '@switchboard/observability';
import {
  type AuthService,
  DataRequestKind,
  DataRequestScope,
  Mode as ModeMessage,
  OwnerKind as OwnerKindMessage,
  Role as RoleMessage,
} from '@switchboard/proto-schemas';
import { textFault } from '@switchboard/subgraph';
import type { Mode } from '../domain/mode.ts';
import { type Vendor, vendorNamed } from '../domain/vendors.ts';
import type { VerifyApiKey } from '../use-cases/access/verify-api-key.ts';
import type { MailContext, ReadMailContext } from '../use-cases/accounts/read-mail-context.ts';
import type { DeleteCredential } from '../use-cases/connections/delete-credential.ts';
import type { ListVendorConnections } from '../use-cases/connections/list-vendor-connections.ts';
import type { StoreCredential } from '../use-cases/connections/store-credential.ts';
import type { ReadSmsContext } from '../use-cases/factors/read-sms-context.ts';
import type { LendCredential } from '../use-cases/lending/lend-credential.ts';
import type { ReportConnectionUse } from '../use-cases/lending/report-connection-use.ts';
import type { AnswerDataRequest } from '../use-cases/personal-data/answer-data-request.ts';
import type { ReadDataSubject } from '../use-cases/personal-data/read-data-subject.ts';
import type { StoreDataPart } from '../use-cases/personal-data/store-data-part.ts';
import type { CheckSession } from '../use-cases/sessions/check-session.ts';

export interface AuthAnswersDeps {
  readonly verifyApiKey: VerifyApiKey;
  readonly checkSession: CheckSession;
  readonly lendCredential: LendCredential;
  readonly storeCredential: StoreCredential;
  readonly deleteCredential: DeleteCredential;
  readonly reportConnectionUse: ReportConnectionUse;
  readonly listVendorConnections: ListVendorConnections;
  readonly readMailContext: ReadMailContext;
  readonly readSmsContext: ReadSmsContext;
  readonly readDataSubject: ReadDataSubject;
  readonly storeDataPart: StoreDataPart;
  readonly answerDataRequest: AnswerDataRequest;
}

const CONNECTION_NAME = { maxLength: 200, multiline: false };

/** What auth answers to other services; the broker vouches for the asker. */
export function authAnswers(deps: AuthAnswersDeps): RpcImplementation<typeof AuthService> {
  return {
    verifyApiKey: async ({ secret, clientIp }, { asker }) => {
      allow(asker, 'gateway');
      const verified = await deps.verifyApiKey.execute(secret, clientIp);
      if (!verified) return { found: false };
      const { apiKey: key, scopes } = verified;
      return {
        found: true,
        apiKeyId: key.id,
        workspaceId: key.workspaceId,
        scopes: [...scopes],
        agentId: key.agentId ?? '',
        registeredOperationsOnly: key.registeredOperationsOnly,
        mode: key.mode === 'test' ? ModeMessage.TEST : ModeMessage.LIVE,
        ...(key.expiresAt && { expiresAt: timestampFromDate(key.expiresAt) }),
      };
    },
    checkSession: async ({ sessionId }, { asker }) => {
      allow(asker, 'gateway');
      return { active: await deps.checkSession.execute(sessionId) };
    },
    lendCredential: async ({ vendor, workspaceId, userId, connectionId, mode }, { asker }) => {
      const borrower = { workspaceId, userId, mode: modeOf(mode) };
      const request = { ...borrower, vendor: knownVendor(vendor), connectionId };
      const { connection, baseUrl, secrets, expiresAt } = await deps.lendCredential.execute(asker, request);
      return {
        connectionId: connection.id,
        ownerKind: OwnerKindMessage[connection.ownerKind],
        workspaceId: connection.ownerKind === 'PLATFORM' ? '' : connection.workspaceId,
        userId: connection.userId ?? '',
        sandbox: connection.sandbox,
        baseUrl,
        secrets: { ...secrets.reveal() },
        expiresAt: timestampFromDate(expiresAt),
      };
    },
    storeCredential: async (request, { asker }) => {
      const { workspaceId, userId, connectionId, name } = request;
      const fault = name === '' ? 'is missing' : textFault(name, CONNECTION_NAME);
      if (fault !== undefined) throw invalidInput(`The connection's name ${fault}.`);
      const connection = await deps.storeCredential.execute(asker, {
        vendor: knownVendor(request.vendor),
        workspaceId,
        userId,
        connectionId,
        name,
        secrets: new Secret({ ...request.secrets }),
      });
      return { connectionId: connection.id, sandbox: connection.sandbox };
    },
    deleteCredential: async ({ connectionId, workspaceId }, { asker }) => ({
      deleted: await deps.deleteCredential.execute(asker, connectionId, workspaceId),
    }),
    reportConnectionUse: async ({ connectionId, succeeded, errorCode }, { asker }) => {
      const code = succeeded ? '' : errorCode || 'INTERNAL';
      await deps.reportConnectionUse.execute(asker, { connectionId, errorCode: code });
      return {};
    },
    listConnections: async ({ vendor, afterConnectionId }, { asker }) => {
      const found = await deps.listVendorConnections.execute(asker, knownVendor(vendor), afterConnectionId);
      const connections = found.map(({ id, workspaceId, ownerKind, sandbox }) => ({
        connectionId: id,
        workspaceId,
        ownerKind: OwnerKindMessage[ownerKind],
        sandbox,
      }));
      return { connections };
    },
    smsContext: async ({ challengeId }, { asker }) => {
      allow(asker, 'telephony');
      const { phoneNumber, text } = await deps.readSmsContext.execute(challengeId);
      return { phoneNumber: phoneNumber.reveal(), text: text.reveal() };
    },
    dataSubject: async ({ requestId }, { asker }) => {
      const subject = await deps.readDataSubject.execute(asker, requestId);
      if (!subject) throw notFound('DataRequest');
      const { kind, scope, userId, email, workspaceId, connectionIds } = subject;
      return {
        kind: DataRequestKind[kind],
        scope: DataRequestScope[scope],
        userId,
        email,
        workspaceId,
        connectionIds: [...connectionIds],
      };
    },
    storeDataPart: async ({ requestId, sequence, path, content }, { asker }) => {
      await deps.storeDataPart.execute(asker, requestId, { sequence, path, content });
      return {};
    },
    answerDataRequest: async ({ requestId, rows, parts }, { asker }) => {
      await deps.answerDataRequest.execute(asker, requestId, { rows: Number(rows), parts });
      return {};
    },
    mailContext: async ({ challenge }, { asker }) => {
      allow(asker, 'mail');
      const context = await readContext(deps.readMailContext, challenge);
      return {
        ...context,
        role: context.role ? RoleMessage[context.role] : RoleMessage.UNSPECIFIED,
        link: context.link.reveal(),
        expiresAt: timestampFromDate(context.expiresAt),
      };
    },
  };
}

type ChallengeOfMail = Parameters<RpcImplementation<typeof AuthService>['mailContext']>[0]['challenge'];

function readContext(read: ReadMailContext, challenge: ChallengeOfMail): Promise<MailContext> {
  switch (challenge.case) {
    case 'verificationId':
      return read.ofChallenge('EMAIL_VERIFICATION', challenge.value);
    case 'resetId':
      return read.ofChallenge('PASSWORD_RESET', challenge.value);
    case 'invitationId':
      return read.ofInvitation(challenge.value);
    case 'dataRequestId':
      return read.ofDataRequest(challenge.value);
    default:
      throw invalidInput('Name a challenge.');
  }
}

function allow(asker: string, only: string): void {
  if (asker !== only) {
    throw new AppError('FORBIDDEN', `${asker} asked what only ${only} may`, {
      publicMessage: 'Not allowed.',
    });
  }
}

function knownVendor(name: string): Vendor {
  const vendor = vendorNamed(name);
  if (!vendor) throw invalidInput('There is no such vendor.');
  return vendor;
}

/** Live unless said otherwise: a callback's asker does not know the mode, and test lends less. */
function modeOf(mode: ModeMessage): Mode {
  return mode === ModeMessage.TEST ? 'test' : 'live';
}
