import type { WorkspaceActor } from '@switchboard/identity';
import { AuthService } from '@switchboard/proto-schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp, startAuth, type TestAuth } from './harness.ts';

let auth: TestAuth;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

type Input = Record<string, unknown>;

const AGENT = 'agent { id name scopes endedAt }';
const create = (actor: WorkspaceActor, input: Input) => auth.mutate(actor, 'agentCreate', input, AGENT);
const update = (actor: WorkspaceActor, input: Input) => auth.mutate(actor, 'agentUpdate', input, AGENT);
const end = (actor: WorkspaceActor, agentId: string) => auth.mutate(actor, 'agentEnd', { agentId }, AGENT);
const makeKey = (actor: WorkspaceActor, input: Input) =>
  auth.mutate(actor, 'apiKeyCreate', { name: 'Own key', ...input }, 'apiKey { id agent { id name } } secret');
const verify = async (secret: string) =>
  (await auth.asker('gateway')).ask(AuthService.method.verifyApiKey, { secret });
/** The actor the gateway makes of an agent's key. */
const acting = async (secret: string): Promise<WorkspaceActor> => {
  const { workspaceId, apiKeyId, agentId, scopes } = await verify(secret);
  return { kind: 'agent', workspaceId, apiKeyId, agentId, scopes, mode: 'live' };
};
const typesAbout = async (workspaceId: string) =>
  (await auth.events()).filter((event) => event.workspaceId === workspaceId).map(({ type }) => type);

describe('an agent', () => {
  it('acts by its own key, and is who did it', async () => {
    const { actor, workspace } = await signUp(auth);
    const { agent } = await create(actor, { name: 'Reception', scopes: ['workspace:admin', 'mail:send'] });
    expect(agent).toMatchObject({
      name: 'Reception',
      scopes: ['mail:send', 'workspace:admin'],
      endedAt: null,
    });
    const { apiKey, secret } = await makeKey(actor, { agentId: agent.id, scopes: ['workspace:admin'] });
    expect(apiKey.agent).toEqual({ id: agent.id, name: 'Reception' });
    const itself = await acting(secret);
    expect(itself).toMatchObject({
      agentId: agent.id,
      workspaceId: workspace.id,
      scopes: ['workspace:admin'],
    });

    const { data } = await auth.graphql(itself, '{ viewer { user { id } scopes agent { id name scopes } } }');
    expect(data.viewer).toEqual({
      user: null,
      scopes: ['workspace:admin'],
      agent: { id: agent.id, name: 'Reception', scopes: ['mail:send', 'workspace:admin'] },
    });
    const partner = await makeKey(actor, { scopes: ['mail:read'] });
    await auth.mutate(itself, 'apiKeyRevoke', { apiKeyId: partner.apiKey.id }, 'apiKey { id }');
    const [row] = await auth.service.database.statement<{ trace: object | string }>(
      'select trace from outbox where type = ? order by seq desc limit 1',
      ['evt.auth.v1.ApiKeyRevoked'],
    );
    expect(JSON.stringify(row?.trace)).toContain(agent.id);
  });

  it('makes itself no second identity: no keys, no agents, no new secrets', async () => {
    const { actor } = await signUp(auth);
    const { agent } = await create(actor, { name: 'Reception', scopes: ['workspace:admin'] });
    const { apiKey, secret } = await makeKey(actor, { agentId: agent.id, scopes: ['workspace:admin'] });
    const itself = await acting(secret);
    for (const attempt of [
      makeKey(itself, { scopes: ['workspace:admin'] }),
      makeKey(itself, { agentId: agent.id, scopes: ['workspace:admin'] }),
      create(itself, { name: 'x', scopes: ['workspace:admin'] }),
      update(itself, { agentId: agent.id, name: 'x' }),
      auth.mutate(itself, 'apiKeyRotate', { apiKeyId: apiKey.id }, 'secret'),
    ]) {
      expect((await attempt).errors[0].extensions.code).toBe('FORBIDDEN');
    }
  });

  it('may do no more than its keys, its keys no more than it, and both no more than their maker', async () => {
    const { actor } = await signUp(auth);
    const limited = { ...actor, scopes: ['workspace:admin', 'mail:read'] };
    const beyond = await create(limited, { name: 'x', scopes: ['billing:refund'] });
    expect(beyond.errors[0].extensions.code).toBe('FORBIDDEN');
    const { agent } = await create(actor, { name: 'Reader', scopes: ['mail:read', 'mail:send'] });
    const more = await makeKey(actor, { agentId: agent.id, scopes: ['mail:read', 'billing:read'] });
    expect(more.userErrors).toMatchObject([{ code: 'SCOPE_BEYOND_AGENT', path: ['input', 'scopes'] }]);
    const raised = await update(limited, { agentId: agent.id, scopes: ['mail:read', 'billing:read'] });
    expect(raised.errors[0].extensions.code).toBe('FORBIDDEN');
    const member = await create({ ...actor, scopes: ['mail:read'] }, { name: 'x', scopes: ['mail:read'] });
    expect(member.errors[0].extensions.code).toBe('FORBIDDEN');

    const { secret } = await makeKey(actor, { agentId: agent.id, scopes: ['mail:read', 'mail:send'] });
    const narrowed = await update(actor, { agentId: agent.id, name: 'Only reader', scopes: ['mail:read'] });
    expect(narrowed.agent).toMatchObject({ name: 'Only reader', scopes: ['mail:read'] });
    expect(await verify(secret)).toMatchObject({ found: true, scopes: ['mail:read'] });
  });

  it('ends with all its keys, once', async () => {
    const { actor, workspace } = await signUp(auth);
    const { agent } = await create(actor, { name: 'Night shift', scopes: ['mail:read'] });
    const input = { agentId: agent.id, scopes: ['mail:read'] };
    const keys = [await makeKey(actor, input), await makeKey(actor, input)];
    const other = await makeKey(actor, { scopes: ['mail:read'] });
    expect((await end(actor, agent.id)).agent.endedAt).toBe(auth.clock.now.toISOString());
    await end(actor, agent.id);
    for (const { secret } of keys) expect(await verify(secret)).toMatchObject({ found: false, agentId: '' });
    expect(await verify(other.secret)).toMatchObject({ found: true, agentId: '' });
    const types = await typesAbout(workspace.id);
    expect(types.filter((type) => type === 'ApiKeyRevoked')).toHaveLength(2);
    expect(types.filter((type) => type === 'AgentEnded')).toHaveLength(1);
    expect((await makeKey(actor, input)).userErrors).toMatchObject([{ code: 'AGENT_ENDED' }]);
    expect((await update(actor, { agentId: agent.id, name: 'x' })).userErrors).toMatchObject([
      { code: 'AGENT_ENDED' },
    ]);
    const { data } = await auth.graphql(actor, '{ agents { nodes { id endedAt } } }');
    expect(data.agents.nodes).toEqual([{ id: agent.id, endedAt: auth.clock.now.toISOString() }]);
  });

  it('has no key that works, however its end and the making of keys overlap', async () => {
    const { actor } = await signUp(auth);
    const { agent } = await create(actor, { name: 'Racer', scopes: ['mail:read'] });
    const making = Array.from({ length: 10 }, () =>
      makeKey(actor, { agentId: agent.id, scopes: ['mail:read'] }),
    );
    const [, ...made] = await Promise.all([end(actor, agent.id), ...making]);
    for (const { secret } of made) if (secret) expect(await verify(secret)).toMatchObject({ found: false });
  });

  it('is nobody’s in another workspace, nor a test key’s', async () => {
    const [mine, theirs] = [await signUp(auth), await signUp(auth)];
    const { agent } = await create(mine.actor, { name: 'Reception', scopes: ['mail:read'] });
    const key = { agentId: agent.id, scopes: ['mail:read'] };
    for (const change of [
      update(theirs.actor, { agentId: agent.id, name: 'x' }),
      end(theirs.actor, agent.id),
      makeKey(theirs.actor, key),
    ]) {
      expect((await change).errors[0].extensions.code).toBe('NOT_FOUND');
    }
    const tester: WorkspaceActor = { ...mine.actor, mode: 'test' };
    for (const change of [create(tester, { name: 'x', scopes: ['mail:read'] }), end(tester, agent.id)]) {
      expect((await change).errors[0].extensions.code).toBe('FORBIDDEN');
    }
    const { data } = await auth.graphql(mine.actor, '{ agents { nodes { endedAt } } }');
    expect(data.agents.nodes).toEqual([{ endedAt: null }]);
  });
});
