import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import { ApiKeyCreatedSchema, Mode as ModeMessage } from '@switchboard/proto-schemas';
import { requireAddressList } from '../../domain/address-list.ts';
import type { Agent } from '../../domain/agent.ts';
import { ApiKey } from '../../domain/api-key.ts';
import { makeApiKeySecret } from '../../domain/api-key-secret.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Mode } from '../../domain/mode.ts';
import { requireName } from '../../domain/name-rule.ts';
import { refusal } from '../../domain/refusal.ts';
import { isScope } from '../../domain/scopes.ts';
import { refuseAgents } from '../guards/refuse-agents.ts';
import { lockAgent } from './lock-agent.ts';

export interface CreateApiKeyInput {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly mode: Mode;
  /** Null for a key that never ends by itself. */
  readonly expiresAt: Date | null;
  /** Empty for a key that works from anywhere. */
  readonly allowedAddresses: readonly string[];
  readonly registeredOperationsOnly: boolean;
  /** Null for a partner's key. */
  readonly agentId: string | null;
}

/** Makes an API key. Nobody gives away more than they hold. */
export class CreateApiKey {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /**
   * @returns the key's row and the key itself, which is never shown again.
   * @throws AppError REJECTED (`SCOPE_REQUIRED`, `SCOPE_UNKNOWN`, `SCOPE_BEYOND_AGENT`, `AGENT_ENDED`, `EXPIRY_PAST`,
   * `ADDRESS_INVALID`), NOT_FOUND for the agent, FORBIDDEN for an agent, a scope the caller lacks, or a live key made by a test key.
   */
  async execute(
    actor: WorkspaceActor,
    input: CreateApiKeyInput,
  ): Promise<{ apiKey: ApiKey; secret: Secret }> {
    refuseAgents(actor);
    requireName(input.name, 'input.name');
    const now = this.now();
    const scopes = [...new Set(input.scopes)].sort();
    requireGrantable(actor, scopes, input.mode);
    requireNoLessLimited(actor, input.registeredOperationsOnly);
    if (input.expiresAt && input.expiresAt <= now) {
      throw refusal('EXPIRY_PAST', 'The key would have expired already.', 'input.expiresAt');
    }
    const allowedAddresses = requireAddressList(input.allowedAddresses, 'input.allowedAddresses');
    return this.unitOfWork.run(actor, async ({ em, record }) => {
      if (input.agentId) requireOfAgent(await lockAgent({ em }, input.agentId), scopes);
      const id = newId('key');
      const { secret, hash, lastFour } = makeApiKeySecret(id, input.mode);
      const apiKey = em.create(ApiKey, {
        id,
        workspaceId: actor.workspaceId,
        name: input.name,
        scopes,
        agentId: input.agentId,
        mode: input.mode,
        secretHash: hash,
        lastFour,
        previousSecretHash: null,
        previousUntil: null,
        allowedAddresses,
        registeredOperationsOnly: input.registeredOperationsOnly,
        createdAt: now,
        expiresAt: input.expiresAt,
        revokedAt: null,
        lastUsedAt: null,
      });
      record(ApiKeyCreatedSchema, {
        apiKeyId: id,
        scopes,
        agentId: input.agentId ?? '',
        mode: input.mode === 'test' ? ModeMessage.TEST : ModeMessage.LIVE,
        ...(input.expiresAt && { expiresAt: timestampFromDate(input.expiresAt) }),
      });
      return { apiKey, secret };
    });
  }
}

/** @throws AppError REJECTED unless the agent may do all that its key shall. */
function requireOfAgent(agent: Agent, scopes: readonly string[]): void {
  if (agent.endedAt) throw refusal('AGENT_ENDED', 'The agent has ended.', 'input.agentId');
  const beyond = scopes.find((scope) => !agent.scopes.includes(scope));
  if (beyond === undefined) return;
  throw refusal('SCOPE_BEYOND_AGENT', `The agent may not do ${beyond}.`, 'input.scopes');
}

/** @throws AppError unless the caller holds every scope and may make a key of this mode. */
export function requireGrantable(actor: WorkspaceActor, scopes: readonly string[], mode: Mode): void {
  if (scopes.length === 0) {
    throw refusal('SCOPE_REQUIRED', 'Name at least one scope.', 'input.scopes');
  }
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined) throw refusal('SCOPE_UNKNOWN', `There is no scope ${unknown}.`, 'input.scopes');
  const missing = scopes.find((scope) => !actor.scopes.includes(scope));
  if (missing !== undefined) {
    throw new AppError('FORBIDDEN', `cannot grant ${missing}`, {
      publicMessage: `You cannot grant ${missing}, which you do not have.`,
    });
  }
  if (actor.mode === 'test' && mode === 'live') {
    throw new AppError('FORBIDDEN', 'a test key made a live key', {
      publicMessage: 'A test key can only make test keys.',
    });
  }
}

/** @throws AppError FORBIDDEN when a caller limited to registered operations would have a key that is not. */
export function requireNoLessLimited(actor: WorkspaceActor, registeredOperationsOnly: boolean): void {
  if (!actor.registeredOperationsOnly || registeredOperationsOnly) return;
  throw new AppError('FORBIDDEN', 'a limited key made or opened one that is not', {
    publicMessage: 'A key for registered operations only makes no other keys.',
  });
}
