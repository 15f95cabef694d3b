import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import type { Actor } from '@switchboard/identity';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readAccessRules } from '../access/access-rules.ts';
import { readSupergraph } from '../graph/supergraph.ts';
import { type Tool, Toolbox, variablesOf } from './toolbox.ts';

const supergraph = readSupergraph(readFileSync(new URL('../../supergraph.graphql', import.meta.url), 'utf8'));
const schema = Supergraph.build(supergraph.executableSdl).apiSchema().toGraphQLJSSchema();
const toolbox = new Toolbox(supergraph.document, schema, readAccessRules(supergraph.document));

const SCOPES = [
  ...['mail:read', 'mail:send', 'telephony:read', 'telephony:send', 'billing:read', 'billing:charge'],
  ...['billing:refund', 'meetings:read', 'meetings:write'],
];
const agent = (scopes: readonly string[]): Actor => ({
  kind: 'agent',
  agentId: 'agt_1',
  apiKeyId: 'key_1',
  workspaceId: 'wsp_1',
  scopes,
  mode: 'live',
});
const documentOf = (tool: Tool) => toolbox.documentFor(agent(SCOPES), tool);
const namesFor = (scopes: readonly string[]) => toolbox.for(agent(scopes)).map(({ name }) => name);

describe('the tools of the graph', () => {
  it('are what its services mark, in order, and of a caller those that its scopes allow', () => {
    expect(namesFor(SCOPES)).toEqual([
      'callEnd',
      'calls',
      'callStart',
      'mailMessages',
      'mailSend',
      'meetingCancel',
      'meetingCreate',
      'meetingReschedule',
      'meetings',
      'paymentCreate',
      'paymentRefund',
      'payments',
      'smsMessages',
      'smsSend',
    ]);
    expect(namesFor(['telephony:send'])).toEqual(['callEnd', 'callStart', 'smsSend']);
    expect(namesFor([])).toEqual([]);
    expect(toolbox.for({ kind: 'anonymous' })).toEqual([]);
    expect(toolbox.find(agent(['telephony:read']), 'smsSend')).toBeUndefined();
    expect(toolbox.find(agent(SCOPES), 'workspaceErase')).toBeUndefined();
  });

  it.each(toolbox.for(agent(SCOPES)).map((tool) => [tool.name, tool] as const))(
    '%s is described, and its document is valid',
    (_name, tool) => {
      expect(tool.description.length).toBeGreaterThan(10);
      expect(tool.scopes.length).toBeGreaterThan(0);
      expect(validate(schema, parse(documentOf(tool)))).toEqual([]);
    },
  );

  it('say in JSON Schema what they take: required fields, enumerations, nested inputs, lists', () => {
    const create = toolbox.find(agent(SCOPES), 'meetingCreate');
    expect(create?.inputSchema).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['idempotencyKey', 'title', 'startsAt', 'attendees']),
      properties: {
        startsAt: { type: 'string', format: 'date-time' },
        durationMinutes: { type: 'integer' },
        conference: { type: 'string', enum: expect.arrayContaining(['ZOOM']) },
        attendees: {
          type: 'array',
          items: { type: 'object', properties: { email: { type: 'string', format: 'email' } } },
        },
      },
      additionalProperties: false,
    });
    const { properties } = toolbox.find(agent(SCOPES), 'callEnd')?.inputSchema ?? {};
    expect(properties).toEqual({ callId: { type: 'string' } });
    const pay = toolbox.find(agent(SCOPES), 'paymentCreate');
    expect(pay?.inputSchema).toMatchObject({
      properties: { amount: { properties: { amountMinor: { type: 'string', pattern: '^-?[0-9]+$' } } } },
    });
  });

  it('answer what can be had without arguments: the resource, and what was refused', () => {
    const send = toolbox.find(agent(SCOPES), 'smsSend');
    expect(send && documentOf(send)).toMatch(
      /^mutation smsSend\(\$input: SmsSendInput!\) \{ smsSend\(input: \$input\) \{/,
    );
    expect(send && documentOf(send)).toMatch(/sms \{ [^}]*id[^}]*status/);
    expect(send && documentOf(send)).toMatch(/userErrors \{ [^}]*code[^}]*message/);
    const list = toolbox.find(agent(SCOPES), 'smsMessages');
    expect(list && documentOf(list)).toContain('nodes {');
    expect(list && documentOf(list)).not.toContain('edges');
    expect(send && variablesOf(send, { body: 'x' })).toEqual({ input: { body: 'x' } });
    expect(list && variablesOf(list, { first: 3 })).toEqual({ first: 3 });
  });
});
