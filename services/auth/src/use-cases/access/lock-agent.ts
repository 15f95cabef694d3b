import { LockMode } from '@mikro-orm/core';
import { notFound } from '@switchboard/errors';
import type { EventTx } from '@switchboard/messaging';
import { Agent } from '../../domain/agent.ts';

/** The row, locked: a key is made for an agent either before it ends or not at all. @throws AppError NOT_FOUND. */
export async function lockAgent({ em }: Pick<EventTx, 'em'>, agentId: string): Promise<Agent> {
  const agent = await em.findOne(Agent, { id: agentId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!agent) throw notFound('Agent');
  return agent;
}
