import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

type Transport = Parameters<Client['connect']>[0];

/** An agent's own client, with a credential. */
async function connect(authorization: string): Promise<Client> {
  const client = new Client({ name: 'agent', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(`${gateway.url}/mcp`), {
    requestInit: { headers: { authorization } },
  });
  await client.connect(transport as Transport);
  return client;
}
const withScopes = async (...scopes: string[]) => connect(`Bearer ${await gateway.token({ scopes })}`);
const answerOf = (result: Awaited<ReturnType<Client['callTool']>>) =>
  JSON.parse((result.content as { text: string }[])[0]?.text ?? '');
const post = (headers: Record<string, string>, body = '{}') =>
  fetch(`${gateway.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body,
  });

describe('tools by the Model Context Protocol', () => {
  it('are listed with their schemas, and only those that the caller’s scopes allow', async () => {
    const client = await withScopes('telephony:send');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['smsSend']);
    expect(tools[0]).toMatchObject({
      description: expect.stringContaining('Sends a text message.'),
      inputSchema: { type: 'object', required: ['body'], properties: { body: { type: 'string' } } },
      annotations: { readOnlyHint: false },
    });
    await client.close();
  });

  it('are called as operations of the graph', async () => {
    const client = await withScopes('telephony:send', 'telephony:read');
    const sent = await client.callTool({ name: 'smsSend', arguments: { body: 'Hello' } });
    expect(sent.isError).toBe(false);
    expect(answerOf(sent).data.smsSend.sms).toMatchObject({ body: 'Hello' });
    const listed = await client.callTool({ name: 'smsMessages', arguments: { first: 1 } });
    expect(answerOf(listed).data.smsMessages.nodes).toHaveLength(1);
    await client.close();
  });

  it('say what is wrong with arguments, and cannot be called past the caller’s scopes', async () => {
    const client = await withScopes('telephony:send');
    const wrong = await client.callTool({ name: 'smsSend', arguments: { body: 5, extra: true } });
    expect(wrong.isError).toBe(true);
    expect(answerOf(wrong).errors[0].extensions.code).toBe('BAD_USER_INPUT');
    for (const name of ['smsMessages', 'sessionCreate', '__proto__', 'nonsense']) {
      await expect(client.callTool({ name, arguments: {} }), name).rejects.toThrow(/There is no tool/);
    }
    await client.close();
  });

  it('are nobody’s without a credential, nor of pages of other origins', async () => {
    const anonymous = await post({});
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer');
    expect((await post({ authorization: 'Bearer nonsense' })).status).toBe(401);
    const authorization = `Bearer ${await gateway.token()}`;
    expect((await post({ authorization, origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ authorization }, 'nonsense')).status).toBe(400);
    expect((await fetch(`${gateway.url}/mcp`, { headers: { authorization } })).status).toBe(405);
  });
});

it('tools are listed by the graph as well', async () => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await gateway.token({ scopes: ['telephony:read'] })}`,
    },
    body: JSON.stringify({ query: '{ tools { name isMutation scopes inputSchema } }' }),
  });
  const { data } = (await response.json()) as { data: { tools: { inputSchema: string }[] } };
  expect(data.tools).toEqual([
    { name: 'smsMessages', isMutation: false, scopes: ['telephony:read'], inputSchema: expect.any(String) },
  ]);
  expect(JSON.parse(data.tools[0]?.inputSchema ?? '')).toMatchObject({ type: 'object' });
});
