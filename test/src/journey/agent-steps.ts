import { until } from '../house/until.ts';
import type { Step } from './walk.ts';

interface Log {
  readonly agentAuditLog: {
    readonly nodes: readonly {
      readonly id: string;
      readonly agent: { readonly name: string };
      readonly toolName: string;
      readonly status: string;
      readonly input: string;
      readonly output: string;
      readonly errorMessage: string | null;
    }[];
  };
  readonly agentToolStats: { readonly total: number; readonly failed: number; readonly successRate: string };
}

const LOG = `query ($id: ID!) {
  agentAuditLog(agentId: $id) { nodes { id agent { name } toolName status input output errorMessage } }
  agentToolStats(agentId: $id) { total failed successRate } }`;

export const agentSteps: readonly Step[] = [
  {
    title: 'Let an agent send an SMS as a tool; each of its calls is recorded',
    async run({ owner, visitor, people }) {
      const { agentCreate } = await owner.call<{ agentCreate: { agent: { id: string } } }>(
        `mutation { agentCreate(input: { name: "Reminders", scopes: ["telephony:send"] }) {
          agent { id } userErrors { code } } }`,
      );
      const { id } = agentCreate.agent;
      const { apiKeyCreate } = await owner.call<{ apiKeyCreate: { secret: string } }>(
        `mutation ($id: ID!) { apiKeyCreate(input: { name: "Its key", scopes: ["telephony:send"], agentId: $id }) {
          secret userErrors { code } } }`,
        { id },
      );
      const text = { idempotencyKey: 'journey-agent', to: people.customer.phone };
      // What cannot be recorded in time does not run, and says that it may be tried again.
      await until('the text', async () => {
        const body = 'Your appointment is tomorrow.';
        const sent = await callTool(visitor.url, apiKeyCreate.secret, 'smsSend', { ...text, body });
        if (sent.isError && !JSON.stringify(sent).includes('UNAVAILABLE'))
          throw new Error(JSON.stringify(sent));
        return !sent.isError;
      });
      // Another text with the same key is refused.
      const refusal = await until('the refusal of the second text', async () => {
        const { errors } = await visitor
          .as(apiKeyCreate.secret)
          .send('mutation ($input: SmsSendInput!) { smsSend(input: $input) { sms { id } } }', {
            input: { ...text, body: 'Something else.' },
          });
        if (!errors?.[0]) throw new Error('the second text was accepted');
        return errors[0].extensions?.code !== 'UNAVAILABLE' && errors[0].message;
      });
      const { agentAuditLog, agentToolStats } = await until('both calls to have ended', async () => {
        const log = await owner.call<Log>(LOG, { id });
        return log.agentAuditLog.nodes.every(({ status }) => status !== 'PENDING') && log;
      });
      const [refused, done] = agentAuditLog.nodes.filter(
        ({ errorMessage }) => !errorMessage?.includes('could not be recorded'),
      );
      const isRight =
        done?.status === 'SUCCESS' &&
        done.toolName === 'smsSend' &&
        done.agent.name === 'Reminders' &&
        done.input.includes(people.customer.phone) &&
        /sms_/.test(done.output) &&
        refused?.status === 'FAILED' &&
        refused.errorMessage === refusal &&
        agentToolStats.total === agentAuditLog.nodes.length &&
        agentToolStats.failed === agentToolStats.total - 1;
      if (!isRight) throw new Error(`not as it was: ${JSON.stringify({ agentAuditLog, agentToolStats })}`);
      return `${agentToolStats.total} calls, one of them refused: ${agentToolStats.successRate} % succeeded`;
    },
  },
];

/** Calls a tool by the Model Context Protocol, as an agent's own client would. */
async function callTool(
  url: string,
  key: string,
  name: string,
  args: object,
): Promise<{ readonly isError: boolean }> {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${key}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  });
  const { result, error } = (await response.json()) as { result?: { isError: boolean }; error?: unknown };
  if (!result) throw new Error(`${name}: ${JSON.stringify(error)}`);
  return result;
}
