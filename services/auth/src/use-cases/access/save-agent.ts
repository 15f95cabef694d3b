import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import type { UnitOfWork } from '@switchboard/messaging';
import {
  AgentCreatedSchema,
  AgentEndedSchema,
  AgentUpdatedSchema,
  ApiKeyRevokedSchema,
} from '@switchboard/proto-schemas';
import { Agent } from '../../domain/agent.ts';
import { ApiKey } from '../../domain/api-key.ts';
import type { Clock } from '../../domain/clock.ts';
import { requireName } from '../../domain/name-rule.ts';
import { refusal } from '../../domain/refusal.ts';
import { refuseAgents } from '../guards/refuse-agents.ts';
import { requireGrantable } from './create-api-key.ts';
import { lockAgent } from './lock-agent.ts';

/** Makes, changes and ends the workspace's agents. Nobody gives away more than they hold. */
export class SaveAgent {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly now: Clock,
  ) {}

  /** @throws AppError REJECTED (`SCOPE_REQUIRED`, `SCOPE_UNKNOWN`, a name that is not valid), FORBIDDEN. */
  async create(actor: WorkspaceActor, input: { name: string; scopes: readonly string[] }): Promise<Agent> {
    refuseAgents(actor);
    requireLive(actor);
    requireName(input.name, 'input.name');
    const scopes = distinct(input.scopes);
    requireGrantable(actor, scopes, actor.mode);
    return this.unitOfWork.run(actor, async ({ em, record }) => {
      const id = newId('agt');
      const { workspaceId } = actor;
      const agent = em.create(Agent, {
        id,
        workspaceId,
        name: input.name,
        scopes,
        createdAt: this.now(),
        endedAt: null,
      });
      record(AgentCreatedSchema, { agentId: id, scopes });
      return agent;
    });
  }

  /**
   * Fewer scopes act on its keys within 5 s.
   * @param input null or absent: as it is.
   * @throws AppError NOT_FOUND, REJECTED (also `AGENT_ENDED`), FORBIDDEN for scopes the caller lacks.
   */
  async update(
    actor: WorkspaceActor,
    agentId: string,
    input: { name?: string | null | undefined; scopes?: readonly string[] | null | undefined },
  ): Promise<Agent> {
    refuseAgents(actor);
    requireLive(actor);
    const name = input.name ?? undefined;
    if (name !== undefined) requireName(name, 'input.name');
    const scopes = input.scopes ? distinct(input.scopes) : undefined;
    if (scopes) requireGrantable(actor, scopes, actor.mode);
    return this.unitOfWork.run(actor, async (tx) => {
      const agent = await lockAgent(tx, agentId);
      if (agent.endedAt) throw refusal('AGENT_ENDED', 'The agent has ended.', 'input.agentId');
      agent.name = name ?? agent.name;
      agent.scopes = scopes ?? agent.scopes;
      tx.record(AgentUpdatedSchema, { agentId, scopes: [...agent.scopes] });
      return agent;
    });
  }

  /** Ends it for good, and each of its keys at once. Doing it again changes nothing. @throws AppError NOT_FOUND. */
  async end(actor: WorkspaceActor, agentId: string): Promise<Agent> {
    refuseAgents(actor);
    requireLive(actor);
    return this.unitOfWork.run(actor, async (tx) => {
      const agent = await lockAgent(tx, agentId);
      if (agent.endedAt) return agent;
      agent.endedAt = this.now();
      tx.record(AgentEndedSchema, { agentId });
      for (const apiKey of await tx.em.find(ApiKey, { agentId, revokedAt: null })) {
        apiKey.revokedAt = agent.endedAt;
        tx.record(ApiKeyRevokedSchema, { apiKeyId: apiKey.id });
      }
      return agent;
    });
  }
}

function distinct(scopes: readonly string[]): string[] {
  return [...new Set(scopes)].sort();
}

/** Agents act on live data as well, so a test key must not reach them. */
function requireLive(actor: WorkspaceActor): void {
  if (actor.mode === 'live') return;
  throw new AppError('FORBIDDEN', 'a test key changed agents', {
    publicMessage: 'Test keys cannot make or change agents.',
  });
}
