import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/**
 * The audits of the specification by its reference implementation. What a server MAY do and we do not: GET without a
 * header that only a client of ours sets, which a page of another origin could use.
 */
const audits = serverAudits({ url: () => `${gateway.url}/graphql` }).filter(
  ({ name }) => !/^MAY .*(GET|GETs)\b/.test(name),
);

describe('GraphQL over HTTP', () => {
  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s %s',
    async (_id, _name, audit) => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
    },
  );

  it('takes queries by GET from who sets a header that pages of other origins cannot', async () => {
    const url = `${gateway.url}/graphql?query=${encodeURIComponent('query ($id: ID!) { node(id: $id) { id } }')}&variables=${encodeURIComponent('{"id":"x"}')}`;
    const response = await fetch(url, { headers: { 'apollo-require-preflight': '1' } });
    expect(response.status).toBe(200);
    expect((await fetch(url)).status).toBe(400);
  });
});
