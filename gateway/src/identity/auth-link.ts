import { AppError } from '@switchboard/errors';
import { Broker, type BrokerOptions, RpcClient, watchEvent } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import { Mode } from '@switchboard/proto-schemas';
import {
  ApiKeyRevokedSchema,
  SessionRevokedSchema,
  WorkspaceSuspendedSchema,
} from '@switchboard/proto-schemas/evt/auth';
import { AuthService } from '@switchboard/proto-schemas/rpc/auth';
import type { ApiKeyHolder, ApiKeyVerifier } from './api-keys.ts';
import type { SessionChecker } from './open-sessions.ts';

/** What happens when auth takes something back. */
export interface RevocationListener {
  apiKeyRevoked(apiKeyId: string): void;
  sessionRevoked(sessionId: string): void;
  workspaceSuspended(workspaceId: string): void;
  /** Events may have been missed meanwhile. */
  reconnected(): void;
}

const SESSION_CHECK_TIMEOUT_MS = 500;

/** The gateway's link to auth over the broker: it asks about API keys and hears of revocations. */
export class AuthLink implements ApiKeyVerifier, SessionChecker {
  #broker: Broker | undefined;
  #rpc: RpcClient | undefined;
  #closed = false;

  constructor(
    private readonly options: BrokerOptions,
    private readonly logger: Logger,
  ) {}

  /**
   * Starts connecting and returns at once: sessions work without a broker.
   * @param onConnected is given the broker as soon as it is there.
   */
  open(listener: RevocationListener, onConnected: (broker: Broker) => void = () => {}): void {
    void Broker.connect(this.options).then(
      (broker) => {
        if (this.#closed) return void broker.close();
        this.#listen(broker, listener);
        return onConnected(broker);
      },
      (err: unknown) => this.logger.error({ err }, 'broker: not connected'),
    );
  }

  async verify(secret: string, clientIp: string): Promise<ApiKeyHolder | undefined> {
    const answer = await this.#auth().ask(AuthService.method.verifyApiKey, { secret, clientIp });
    if (!answer.found) return undefined;
    return {
      apiKeyId: answer.apiKeyId,
      workspaceId: answer.workspaceId,
      scopes: answer.scopes,
      // Anything but an explicit live key gets the harmless mode.
      mode: answer.mode === Mode.LIVE ? 'live' : 'test',
      agentId: answer.agentId || undefined,
      ...(answer.registeredOperationsOnly && { registeredOperationsOnly: true }),
    };
  }

  async isOpen(sessionId: string): Promise<boolean> {
    const options = { timeoutMs: SESSION_CHECK_TIMEOUT_MS };
    const { active } = await this.#auth().ask(AuthService.method.checkSession, { sessionId }, options);
    return active;
  }

  isUp(): Promise<boolean> {
    return this.#broker?.isUp(500) ?? Promise.resolve(false);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#broker?.close();
  }

  #auth(): RpcClient {
    if (this.#rpc) return this.#rpc;
    throw new AppError('UNAVAILABLE', 'No link to the broker yet', {
      publicMessage: 'Temporarily unavailable. Try again.',
      retryAfterMs: 1_000,
    });
  }

  #listen(broker: Broker, listener: RevocationListener): void {
    this.#broker = broker;
    this.#rpc = new RpcClient(broker);
    watchEvent(
      broker,
      ApiKeyRevokedSchema,
      ({ payload }) => listener.apiKeyRevoked(payload.apiKeyId),
      this.logger,
    );
    watchEvent(
      broker,
      SessionRevokedSchema,
      ({ payload }) => listener.sessionRevoked(payload.sessionId),
      this.logger,
    );
    watchEvent(
      broker,
      WorkspaceSuspendedSchema,
      ({ payload }) => listener.workspaceSuspended(payload.workspaceId),
      this.logger,
    );
    void this.#watchLink(broker, listener);
  }

  async #watchLink(broker: Broker, listener: RevocationListener): Promise<void> {
    for await (const status of broker.connection.status()) {
      if (status.type === 'reconnect') listener.reconnected();
    }
  }
}
