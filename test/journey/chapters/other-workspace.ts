import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IDENTITY_HEADER, IdentitySigner } from '@switchboard/identity';
import { newId } from '@switchboard/ids';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import type { GraphQLSchema } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/house/client.ts';
import { readApiSchema } from '../../src/isolation/api-schema.ts';
import { attemptsOf, comparable, idsIn } from '../../src/isolation/attempts.ts';
import { oneIdPerPrefix, readEverything } from '../../src/isolation/inventory.ts';
import type { Journey } from './journey.ts';
import { SERVICES } from './services.ts';
import { signUp } from './sign-up.ts';

const PREFIXES = 'usr wsp inv key agt con sms cll tws msg pay rfd mtg aud evt tex'.split(' ');
/** Times that the house itself moves while somebody tries: connections are checked, chains verified, mailboxes read. */
const MOVED_BY_US =
  /"(updatedAt|lastSuccessAt|lastUsedAt|lastSyncedAt|lastVerifiedAt|nextCheckAt|retryAt)":("[^"]*"|null)/g;
/** Well formed and nobody's. */
const unknownLike = (id: string) => newId(id.slice(0, 3));

/** What the main job leaves out: an agent with a key, and a connection. */
async function makeKeys(owner: Client): Promise<void> {
  const { agentCreate } = await owner.call<{ agentCreate: { agent: { id: string } } }>(
    'mutation { agentCreate(input: { name: "Reception", scopes: ["mail:read"] }) { agent { id } } }',
  );
  await owner.call(
    `mutation ($agentId: ID!) {
      apiKeyCreate(input: { name: "Own key", scopes: ["mail:read"], agentId: $agentId }) { apiKey { id } } }`,
    { agentId: agentCreate.agent.id },
  );
  const secrets = Object.entries(sandboxAccounts.stripe).flatMap(([name, value]) =>
    ['secretKey', 'webhookSecret'].includes(name) ? [{ name, value }] : [],
  );
  await owner.call(
    `mutation ($input: ConnectionCreateInput!) {
      connectionCreate(input: $input) { connection { id } userErrors { code } } }`,
    { input: { vendor: 'STRIPE', name: 'Our Stripe', secrets } },
  );
}

/** Whatever a stranger tries. */
export function otherWorkspace(journey: Journey): void {
  describe('another workspace', () => {
    let schema: GraphQLSchema;
    let stranger: Client;
    let everything: string;
    let ids: string[];

    beforeAll(async () => {
      schema = await readApiSchema(journey.house.url);
      stranger = await signUp(journey.house, 'Strangers Ltd');
      await makeKeys(journey.walk.owner);
      everything = await readEverything(schema, journey.walk.owner);
      const shared = idsIn(JSON.stringify(await stranger.call('{ integrations { connectionId } }')));
      ids = oneIdPerPrefix(everything, shared);
    }, 60_000);

    it('is tried with an id of every kind there is', () => {
      const kinds = ids.map((id) => id.slice(0, 3));
      expect(kinds).toEqual(expect.arrayContaining([...PREFIXES]));
      expect(attemptsOf(schema).length).toBeGreaterThan(15);
    });

    it('reads nothing of ours by any list', async () => {
      const theirs = await readEverything(schema, stranger);
      journey.told.push(theirs);
      // The platform's own connections are everybody's.
      const { integrations } = await stranger.call<{ integrations: { connectionId: string }[] }>(
        '{ integrations { connectionId } }',
      );
      const common = integrations.map(({ connectionId }) => connectionId);
      const shared = idsIn(theirs).filter((id) => everything.includes(id) && !common.includes(id));
      expect(shared).toEqual([]);
    }, 60_000);

    it('gets the same answer for our nodes as for ids that do not exist', async () => {
      const mine = idsIn(everything).slice(0, 100);
      const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
      const ours = await stranger.send(query, { ids: mine });
      expect(ours).toEqual({ status: 200, data: { nodes: mine.map(() => null) }, errors: undefined });
      const seen = await journey.walk.owner.send<{ nodes: unknown[] }>(query, { ids: mine });
      expect(seen.data?.nodes.filter(Boolean).length).toBeGreaterThan(10);
    });

    it('gets the same answer for our ids as for unknown ones, in every place of every query and mutation', async () => {
      const differences: string[] = [];
      for (const attempt of attemptsOf(schema)) {
        for (const id of ids) {
          const unknown = unknownLike(id);
          const [ours, nobodys] = [await attempt.send(stranger, id), await attempt.send(stranger, unknown)];
          journey.told.push(JSON.stringify(ours));
          if (comparable(ours, id) !== comparable(nobodys, unknown)) {
            differences.push(
              `${attempt.name} ${id.slice(0, 3)}: ${comparable(ours, id)} / ${comparable(nobodys, unknown)}`,
            );
          }
        }
      }
      expect(differences).toEqual([]);
    }, 240_000);

    it('changed nothing of ours by trying', async () => {
      const lists = (text: string) =>
        text
          .replace(MOVED_BY_US, '')
          .split('\n')
          .filter((line) => !line.includes('auditEntries'));
      expect(lists(await readEverything(schema, journey.walk.owner))).toEqual(lists(everything));
    }, 60_000);

    it('is what a key without the scope is treated like', async () => {
      const { apiKeyCreate } = await journey.walk.owner.call<{ apiKeyCreate: { secret: string } }>(
        'mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { secret userErrors { code } } }',
        { input: { name: 'Reads payments only', scopes: ['billing:read'] } },
      );
      const partner = journey.house.client().as(apiKeyCreate.secret);
      const { data } = await partner.send<{ nodes: ({ __typename: string } | null)[] }>(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }',
        { ids: idsIn(everything).slice(0, 100) },
      );
      const types = new Set(data?.nodes.flatMap((node) => (node ? [node.__typename] : [])));
      expect([...types].sort()).toEqual([
        'Connection',
        'Membership',
        'Payment',
        'Refund',
        'User',
        'Workspace',
      ]);
    });

    it('gets nothing from any subgraph for a reference to what is ours', async () => {
      const privateJwk = JSON.parse(readFileSync(join(journey.house.dataDir, 'keys/identity.json'), 'utf8'));
      const signer = await IdentitySigner.create(privateJwk);
      const { viewer } = await stranger.call<{
        viewer: { user: { id: string }; workspace: { id: string }; scopes: string[] };
      }>('{ viewer { user { id } workspace { id } scopes } }');
      const actor = {
        kind: 'user',
        mode: 'live',
        userId: viewer.user.id,
        workspaceId: viewer.workspace.id,
        scopes: viewer.scopes,
        role: 'OWNER',
      } as const;
      for (const [index, service] of SERVICES.entries()) {
        const ask = async (representations: unknown[]): Promise<(unknown | null)[]> => {
          const body = JSON.stringify({
            query:
              'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
            variables: { representations },
          });
          const identity = { actor, requestId: newId('req'), correlationId: newId('req') };
          const headers = {
            'content-type': 'application/json',
            [IDENTITY_HEADER]: await signer.sign(identity, service, body),
          };
          const response = await fetch(`http://127.0.0.1:${journey.house.portBase + 1 + index}/graphql`, {
            method: 'POST',
            headers,
            body,
          });
          const answer = (await response.json()) as { data?: { _entities?: unknown[] } };
          journey.told.push(JSON.stringify(answer));
          return answer.data?._entities ?? [];
        };
        const sdl = readFileSync(
          join(import.meta.dirname, `../../../services/${service}/schema.graphql`),
          'utf8',
        );
        const keyed = [...sdl.matchAll(/^type (\w+) implements Node @key\(fields: "id"\)/gm)].map(
          ([, name]) => name,
        );
        expect(keyed.length).toBeGreaterThan(0);
        for (const __typename of keyed) {
          const found = await ask(ids.map((id) => ({ __typename, id })));
          expect(found.filter(Boolean), `${service} gave away ${__typename}`).toEqual([]);
        }
      }
    }, 60_000);

    it('and nobody at all reach a subgraph without the gateway’s identity', async () => {
      for (const index of SERVICES.keys()) {
        for (const query of [
          '{ __typename }',
          '{ _service { sdl } }',
          '{ _entities(representations: []) { __typename } }',
        ]) {
          const response = await fetch(`http://127.0.0.1:${journey.house.portBase + 1 + index}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query }),
          });
          expect(response.status).toBe(401);
        }
      }
    });
  });
}
