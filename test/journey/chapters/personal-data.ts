import { readZip } from '@switchboard/testing';
import { describe, expect, it } from 'vitest';
import { databaseRows } from '../../src/canaries/database-rows.ts';
import type { Client } from '../../src/house/client.ts';
import type { House } from '../../src/house/start-house.ts';
import { until } from '../../src/house/until.ts';
import type { Person } from '../../src/journey/people.ts';
import type { Journey } from './journey.ts';
import { SERVICES } from './services.ts';

const REQUEST = 'dataRequest { id } userErrors { code message }';

interface DataRequest {
  readonly id: string;
  readonly kind: string;
  readonly scope: string;
  readonly state: string;
  readonly downloadUrl: string | null;
}

const listed = async (client: Client): Promise<readonly DataRequest[]> =>
  (
    await client.call<{ dataRequests: { nodes: DataRequest[] } }>(
      '{ dataRequests { nodes { id kind scope state downloadUrl } } }',
    )
  ).dataRequests.nodes;

/** Asks for a copy and fetches it. @returns what it holds, by path. */
async function copyOf(
  house: House,
  client: Client,
  mutation: string,
  { password }: Person,
): Promise<Map<string, Buffer>> {
  await client.call(
    `mutation ($password: String!) { ${mutation}(input: { password: $password }) { ${REQUEST} } }`,
    { password },
  );
  const done = await until('the copy', async () => {
    const [request] = await listed(client);
    return request?.state === 'DONE' && request;
  });
  const { pathname } = new URL(done.downloadUrl ?? '');
  const response = await fetch(`${house.url}${pathname}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${done.id}.zip"`);
  return readZip(new Uint8Array(await response.arrayBuffer()));
}

/** The same person in a workspace that stays. */
async function otherWorkspaceOf(client: Client): Promise<Client> {
  const { workspaceCreate } = await client.call<{ workspaceCreate: { workspace: { id: string } } }>(
    'mutation { workspaceCreate(input: { name: "Elsewhere" }) { workspace { id } userErrors { code } } }',
  );
  const { sessionSwitch } = await client.call<{ sessionSwitch: { session: { accessToken: string } } }>(
    `mutation ($workspaceId: ID!) {
      sessionSwitch(input: { workspaceId: $workspaceId }) { session { accessToken } userErrors { code } } }`,
    { workspaceId: workspaceCreate.workspace.id },
  );
  return client.as(sessionSwitch.session.accessToken);
}

const linesOf = (files: Map<string, Buffer>, path: string): Record<string, unknown>[] =>
  (files.get(path)?.toString().trimEnd().split('\n') ?? []).map((line) => JSON.parse(line));
const wholeOf = (files: Map<string, Buffer>) => Buffer.concat([...files.values()]).toString();

/** Copies of what is kept, and the ends of a member and of the workspace. The last chapter: it stops the installation. */
export function personalData(journey: Journey): void {
  describe('a copy', () => {
    it('of a workspace holds what every service keeps for it, and no secret', async () => {
      const files = await copyOf(
        journey.house,
        journey.walk.owner,
        'workspaceExport',
        journey.walk.people.owner,
      );
      expect([...files.keys()]).toEqual(
        expect.arrayContaining([
          'about.json',
          'audit/audit-entries.jsonl',
          'auth/members.jsonl',
          'auth/workspace.jsonl',
          'billing/payments.jsonl',
          'mail/messages.jsonl',
          'mail/recipients.jsonl',
          'meetings/meetings.jsonl',
          'telephony/calls.jsonl',
          'telephony/sms.jsonl',
          'telephony/twilio-settings.jsonl',
        ]),
      );
      const { customer, owner, colleague } = journey.walk.people;
      expect(linesOf(files, 'telephony/sms.jsonl')).toContainEqual(
        expect.objectContaining({ id: journey.walk.smsId, toNumber: customer.phone }),
      );
      expect(linesOf(files, 'telephony/calls.jsonl')).toContainEqual(
        expect.objectContaining({ id: journey.walk.callId, toNumber: customer.phone }),
      );
      expect(linesOf(files, 'mail/recipients.jsonl')).toContainEqual(
        expect.objectContaining({ messageId: journey.walk.mailId, address: customer.email }),
      );
      expect(linesOf(files, 'auth/members.jsonl').map(({ email }) => email)).toEqual(
        expect.arrayContaining([owner.email, colleague.email]),
      );
      for (const secret of [owner.password, 'argon2', '"tokenHash"', '"secretsSealed"']) {
        expect(wholeOf(files)).not.toContain(secret);
      }
    });

    it('of a person holds their account and what they did, and nothing that is their workspace’s', async () => {
      const { colleague, customer } = journey.walk.people;
      const files = await copyOf(journey.house, journey.walk.colleague, 'userExport', colleague);
      expect(linesOf(files, 'auth/account.jsonl')).toEqual([
        expect.objectContaining({ email: colleague.email, name: colleague.name }),
      ]);
      expect(linesOf(files, 'mail/messages.jsonl').map(({ template }) => template)).toContain('invitation');
      expect(linesOf(files, 'audit/audit-entries.jsonl').length).toBeGreaterThan(0);
      expect(wholeOf(files)).not.toContain(customer.email);
    });
  });

  describe('the erasure', () => {
    it('of a member leaves the workspace working, and its audit trail verifiable', async () => {
      const { colleague } = journey.walk.people;
      await journey.walk.colleague.call(
        `mutation ($password: String!) { userErase(input: { password: $password }) { ${REQUEST} } }`,
        { password: colleague.password },
      );
      await until('the end of the membership', async () => {
        const { workspace } = await journey.walk.owner.call<{ workspace: { members: { nodes: unknown[] } } }>(
          '{ workspace { members { nodes { id } } } }',
        );
        return workspace.members.nodes.length === 1;
      });
      await until('the last answer', async () => {
        const { auditEntries } = await journey.walk.owner.call<{
          auditEntries: { nodes: { type: string }[] };
        }>('{ auditEntries(first: 20) { nodes { type } } }');
        const types = auditEntries.nodes.map(({ type }) => type);
        // Both copies were made in this workspace's name before.
        return (
          types.indexOf('evt.auth.v1.DataRequestCompleted') > -1 &&
          types.indexOf('evt.auth.v1.DataRequestCompleted') < types.indexOf('evt.auth.v1.DataExportFetched')
        );
      });
      const signedIn = await journey.walk.visitor.send<{ sessionCreate: { userErrors: { code: string }[] } }>(
        `mutation ($input: SessionCreateInput!) { sessionCreate(input: $input) { userErrors { code } } }`,
        { input: { email: colleague.email, password: colleague.password } },
      );
      expect(signedIn.data?.sessionCreate.userErrors).toEqual([{ code: 'INVALID_CREDENTIALS' }]);
      const { auditVerify } = await journey.walk.owner.call<{ auditVerify: { valid: boolean } }>(
        '{ auditVerify { valid } }',
      );
      expect(auditVerify.valid).toBe(true);
    });

    it('of a workspace leaves nothing that names anybody of it, and every entry of its trail', async () => {
      const { owner, colleague, customer } = journey.walk.people;
      const { auditVerify } = await journey.walk.owner.call<{ auditVerify: { checkedEntries: number } }>(
        '{ auditVerify { checkedEntries } }',
      );
      const elsewhere = await otherWorkspaceOf(journey.walk.owner);
      await journey.walk.owner.call(
        `mutation ($password: String!) { workspaceErase(input: { password: $password }) { ${REQUEST} } }`,
        { password: owner.password },
      );
      await until('the erasure to be done', async () => (await listed(elsewhere))[0]?.state === 'DONE');
      const { errors } = await journey.walk.owner.send('{ viewer { role } }');
      expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      await journey.house.stop();

      const canaries = [
        ...[colleague, customer].flatMap(({ name, email }) => [name, email]),
        ...[customer.phone, 'Journey Ltd'],
        ...['Your appointment is tomorrow.', 'Your table is ready now.', 'Thank you for your payment.'],
      ];
      const found: string[] = [];
      for (const service of SERVICES) {
        for (const [table, rows] of await databaseRows(journey.house.dataDir, service)) {
          if (table === 'audit_entries') expect(rows.length).toBeGreaterThan(auditVerify.checkedEntries);
          const named = canaries.filter((canary) => {
            // Bytes are shown in hexadecimal.
            const hidden = Buffer.from(canary).toString('hex');
            return rows.some((row) => row.includes(canary) || row.includes(hidden));
          });
          // What vendors sent is kept with its raw bytes for 30 days, whosever it is.
          if (table === 'webhook_deliveries') continue;
          found.push(...named.map((canary) => `${service}.${table}: ${canary}`));
        }
      }
      expect(found).toEqual([]);
    }, 180_000);
  });
}
