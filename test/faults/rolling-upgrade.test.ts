import { randomInt } from 'node:crypto';
import { findPostgres, startPostgres, type TestPostgres, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repeated } from '../src/faults/invariants.ts';
import { type Part, Replicas } from '../src/faults/replicas.ts';

const CLIENTS = 4;
/** Answers between two steps of the upgrade, so that each step meets work in hand. */
const ANSWERS_BETWEEN = 8;
const DELIVERED_MS = 60_000;

const { accountSid, authToken, phoneNumber } = sandboxAccounts.twilio;
const SAVE = `mutation ($input: TwilioSettingsSaveInput!) {
  twilioSettingsSave(input: $input) { twilioSettings { id } userErrors { code } } }`;
const VERIFY = 'mutation { twilioSettingsVerify { twilioSettings { isVerified } userErrors { code } } }';
const SEND = `mutation ($input: SmsSendInput!) {
  smsSend(input: $input) { sms { id } userErrors { code } } }`;
const LIST = '{ smsMessages(first: 5) { nodes { id status } } }';

interface Answer {
  readonly data?: Record<string, never> | null;
  readonly errors?: readonly unknown[];
}

const programs = findPostgres();
describe.runIf(programs)('an upgrade that replaces one replica after the other', () => {
  let postgres: TestPostgres;
  let replicas: Replicas;
  let pool: Pool;
  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '');
    replicas = await Replicas.open(postgres.createDatabase());
    pool = new Pool(replicas.url, { connections: CLIENTS });
  });
  afterAll(async () => {
    await pool.destroy();
    await replicas.close();
    await postgres.stop();
  });

  /** @throws Error for anything but an answer without errors. */
  async function ask(query: string, variables?: Record<string, unknown>): Promise<Record<string, never>> {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', authorization: replicas.authorization },
      body: JSON.stringify({ query, variables }),
    });
    const text = await body.text();
    const { data, errors } = JSON.parse(text) as Answer;
    if (statusCode !== 200 || errors || !data) throw new Error(`${statusCode}: ${text.slice(0, 500)}`);
    return data;
  }

  async function sendText(): Promise<string> {
    const to = `+1${randomInt(212, 990)}555${String(randomInt(0, 10_000)).padStart(4, '0')}`;
    const input = { idempotencyKey: crypto.randomUUID(), to, body: 'Once' };
    const { smsSend } = (await ask(SEND, { input })) as unknown as {
      smsSend: { sms: { id: string } | null; userErrors: unknown[] };
    };
    if (!smsSend.sms) throw new Error(JSON.stringify(smsSend));
    return smsSend.sms.id;
  }

  it('fails no request and loses no event', async () => {
    // One service first: two that begin at once wait for each other's migrations.
    await replicas.add('telephony');
    await Promise.all((['telephony', 'gateway', 'gateway'] as const).map((part) => replicas.add(part)));
    await ask(SAVE, { input: { accountSid, authToken, phoneNumber } });
    await waitFor('verified settings', async () => {
      const { twilioSettingsVerify } = (await ask(VERIFY)) as unknown as {
        twilioSettingsVerify: { userErrors: unknown[] };
      };
      return twilioSettingsVerify.userErrors.length === 0;
    });

    const sent: string[] = [];
    const failures: string[] = [];
    let answers = 0;
    let isOver = false;
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      for (let turn = client; !isOver; turn += 1) {
        try {
          if (turn % 2 === 0) sent.push(await sendText());
          else await ask(LIST);
          answers += 1;
        } catch (failure) {
          failures.push(String(failure));
        }
      }
    });
    const more = async () => {
      const before = answers;
      await waitFor('more answers', () => failures.length > 0 || answers >= before + ANSWERS_BETWEEN);
    };
    try {
      const parts: readonly Part[] = ['telephony', 'telephony', 'gateway', 'gateway'];
      for (const part of parts) {
        await more();
        await replicas.add(part);
        await more();
        expect(await replicas.retire(part)).toEqual({ code: 0, signal: null });
      }
      await more();
    } finally {
      isOver = true;
      await Promise.all(clients);
    }
    expect(failures, replicas.logs()).toEqual([]);
    expect(sent.length).toBeGreaterThan(ANSWERS_BETWEEN);

    const stated = async (name: string) =>
      (await replicas.events())
        .filter(({ type }) => type === `evt.telephony.v1.${name}`)
        .map(({ bytes }) => sent.find((id) => Buffer.from(bytes).includes(id)) ?? 'another');
    await waitFor(
      'every text to be delivered',
      async () => new Set(await stated('SmsDelivered')).size >= sent.length,
      DELIVERED_MS,
    );
    // What is delivered may never have been seen as sent.
    for (const name of ['SmsQueued', 'SmsDelivered']) {
      const ids = await stated(name);
      expect(repeated(ids), name).toEqual([]);
      expect(ids.toSorted(), name).toEqual(sent.toSorted());
    }
  }, 180_000);
});
