import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { AppError } from '@switchboard/errors';
import { waitFor } from '@switchboard/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { seen, sending } from '../small-services.fixture.ts';
import type { ToolAudit, ToolCall, ToolCallEnd } from './tool-audit.ts';

/** An audit that remembers, and may be away. */
class MemoryAudit implements ToolAudit {
  readonly calls: ToolCall[] = [];
  readonly ends: ToolCallEnd[] = [];
  /** What had been sent when each record was asked for. */
  readonly sentBefore: number[] = [];
  isAway = false;
  /** How many ends it does not hear. */
  deafTo = 0;

  async begin(call: ToolCall): Promise<void> {
    if (this.isAway) throw new AppError('UNAVAILABLE', 'audit away');
    this.calls.push(call);
    this.sentBefore.push(sending.bodies.length);
  }

  async finish(end: ToolCallEnd): Promise<void> {
    if (this.isAway) throw new AppError('NOT_FOUND', 'no such record');
    if (this.deafTo > 0) {
      this.deafTo -= 1;
      throw new AppError('UNAVAILABLE', 'audit away');
    }
    this.ends.push(end);
  }
}

let audit: MemoryAudit;
let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway(
    {},
    { toolAudit: { begin: (call) => audit.begin(call), finish: (end) => audit.finish(end) } },
  );
});
beforeEach(() => {
  audit = new MemoryAudit();
  sending.bodies.length = 0;
  gateway.apiKeys.holder = AGENT;
});
afterAll(() => gateway.close());

const AGENT = {
  apiKeyId: 'key_1',
  workspaceId: 'wsp_1',
  scopes: ['telephony:read', 'telephony:send'],
  mode: 'live',
  agentId: 'agt_1',
} as const;
let keys = 0;
/** A key of its own for each kind of holder: the gateway remembers whose a key is. */
const keyOf = (holder: GatewayFixture['apiKeys']['holder']): string => {
  gateway.apiKeys.holder = holder;
  keys += 1;
  return `Bearer sb_live_k${keys}_secret`;
};

const SEND = 'mutation ($body: String!) { smsSend(input: { body: $body }) { sms { id } } }';
const send = (body: string, holder: GatewayFixture['apiKeys']['holder'] = AGENT) =>
  gateway.post({ query: SEND, variables: { body } }, { authorization: keyOf(holder) });

async function callTool(name: string, args: Record<string, unknown>, authorization: string) {
  const client = new Client({ name: 'agent', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(`${gateway.url}/mcp`), {
    requestInit: { headers: { authorization } },
  });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  const { isError } = await client.callTool({ name, arguments: args });
  await client.close();
  return isError;
}

describe('a tool that an agent calls', () => {
  it('is recorded before it runs, with who and what, and with its answer afterwards', async () => {
    const { body } = await send('Hello');
    expect(body.data.smsSend).toEqual({ sms: { id: expect.any(String) } });
    expect(audit.sentBefore).toEqual([0]);
    expect(sending.bodies).toEqual(['Hello']);
    expect(audit.calls).toMatchObject([
      {
        executionId: expect.stringMatching(/^tex_/),
        caller: { kind: 'agent', agentId: 'agt_1', apiKeyId: 'key_1', workspaceId: 'wsp_1', mode: 'live' },
        tool: 'smsSend',
        input: { text: '{"input":{"body":"Hello"}}', isCut: false },
        requestId: expect.stringMatching(/^req_/),
      },
    ]);
    expect(audit.ends).toMatchObject([
      {
        executionId: audit.calls[0]?.executionId,
        workspaceId: 'wsp_1',
        succeeded: true,
        output: { text: JSON.stringify(body.data.smsSend), isCut: false },
        errorMessage: undefined,
        durationMs: expect.any(Number),
      },
    ]);
  });

  it('has failed when it refuses, though the agent did not ask whether it does', async () => {
    const { body } = await send('refuse');
    expect(body.data).toEqual({ smsSend: { sms: null } });
    expect(audit.ends).toMatchObject([{ succeeded: false, errorMessage: 'They wrote STOP.' }]);
  });

  it('has failed when there is an error, in the words that the agent reads', async () => {
    const { body } = await send('fail');
    expect(body.errors[0].message).toBe('No number to send from.');
    expect(audit.ends).toMatchObject([
      { succeeded: false, errorMessage: 'No number to send from.', output: { text: 'null' } },
    ]);
  });

  it('is recorded when the agent has no right to it, and does not run', async () => {
    await send('Hello', { ...AGENT, scopes: ['telephony:read'] });
    expect(sending.bodies).toEqual([]);
    expect(audit.calls).toMatchObject([{ tool: 'smsSend' }]);
    expect(audit.ends).toMatchObject([{ succeeded: false }]);
  });

  it('is recorded with arguments that are not valid, and does not run', async () => {
    const answer = await gateway.post(
      { query: SEND, variables: { body: 5 } },
      { authorization: keyOf(AGENT) },
    );
    expect(answer.body.errors).toHaveLength(1);
    expect(audit.calls).toMatchObject([{ input: { text: '{"input":{"body":5}}' } }]);
    expect(audit.ends).toMatchObject([{ succeeded: false }]);
    expect(sending.bodies).toEqual([]);
  });

  it('is recorded once for each field that takes part, wherever the document puts it', async () => {
    const { body } = await gateway.post(
      {
        query: `mutation ($yes: Boolean = true, $no: Boolean!, $body: String = "three") {
            one: smsSend(input: { body: "one" }) { userErrors { code } }
            ... on Mutation @include(if: $yes) { two: smsSend(input: { body: "refuse" }) { switched: userErrors { message } } }
            ...Rest sessionCreate
          }
          fragment Rest on Mutation {
            three: smsSend(input: { body: $body }) { sms { id } }
            four: smsSend(input: { body: "four" }) @include(if: $no) { sms { id } } }`,
        variables: { no: false },
      },
      { authorization: keyOf(AGENT) },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data.two).toEqual({ switched: [{ message: 'They wrote STOP.' }] });
    expect(sending.bodies).toEqual(['one', 'refuse', 'three']);
    expect(audit.sentBefore).toEqual([0, 0, 0]);
    const told = audit.calls.map(({ executionId, tool, input }) => [
      tool,
      JSON.parse(input.text).input.body,
      audit.ends.find((end) => end.executionId === executionId)?.succeeded,
    ]);
    expect(told).toEqual([
      ['smsSend', 'one', true],
      ['smsSend', 'refuse', false],
      ['smsSend', 'three', true],
    ]);
  });

  it('is recorded when it reads as well', async () => {
    const query = '{ smsMessages(first: 1) { nodes { id } } vendor(how: "limited") }';
    await gateway.post({ query }, { authorization: keyOf(AGENT) });
    expect(audit.calls).toMatchObject([{ tool: 'smsMessages', input: { text: '{"first":1}' } }]);
    // What is no tool is not its failure.
    expect(audit.ends).toMatchObject([{ succeeded: true }]);
  });

  it('is recorded with the first 64 KiB of what is longer', async () => {
    await send(`a${'ä'.repeat(40_000)}`);
    const [call] = audit.calls;
    expect(call?.input.isCut).toBe(true);
    expect(Buffer.byteLength(call?.input.text ?? '')).toBeLessThanOrEqual(65_536);
    expect(call?.input.text).toMatch(/^\{"input":\{"body":"aä+$/);
  });
});

describe('what nobody has to record', () => {
  it('is what people and other keys do at the graph', async () => {
    await gateway.post({ query: SEND, variables: { body: 'Hello' } });
    await send('Hello', { ...AGENT, agentId: undefined });
    expect(sending.bodies).toHaveLength(2);
    expect(audit.calls).toEqual([]);
  });

  it('is not what they do at /mcp, and nobody can make an operation look like that', async () => {
    const authorization = `Bearer ${await gateway.token()}`;
    expect(await callTool('smsSend', { body: 'Hello' }, authorization)).toBe(false);
    expect(audit.calls).toMatchObject([{ tool: 'smsSend', caller: { kind: 'user', userId: 'usr_1' } }]);
    expect(audit.ends).toMatchObject([{ succeeded: true }]);
    await gateway.post(
      { query: SEND, variables: { body: 'Hello' } },
      { 'x-switchboard-tool-call': 'a'.repeat(43) },
    );
    expect(audit.calls).toHaveLength(1);
  });
});

describe('while audit is away', () => {
  it.each([
    ['changes something', SEND],
    ['reads', 'query ($body: String!) { vendor(how: $body) smsMessages { nodes { id } } }'],
  ])('a tool that %s is refused, and nothing of the operation runs', async (_what, query) => {
    audit.isAway = true;
    const before = seen.contexts.length;
    const { status, body, headers } = await gateway.post(
      { query, variables: { body: 'Hello' } },
      { authorization: keyOf(AGENT) },
    );
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body.data).toBeUndefined();
    expect(body.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(sending.bodies).toEqual([]);
    expect(seen.contexts.length).toBe(before);
  });

  it('the same holds at /mcp, and people go on at the graph', async () => {
    audit.isAway = true;
    expect(await callTool('smsSend', { body: 'Hello' }, keyOf(AGENT))).toBe(true);
    expect(sending.bodies).toEqual([]);
    const { body } = await gateway.post({ query: SEND, variables: { body: 'Hello' } });
    expect(body.errors).toBeUndefined();
  });

  it('an end is told again until it is heard, and the agent does not wait for that', async () => {
    audit.deafTo = 2;
    const { body } = await send('Hello');
    expect(body.errors).toBeUndefined();
    expect(audit.ends).toEqual([]);
    await waitFor('the end', async () => audit.ends.length === 1);
  });
});
