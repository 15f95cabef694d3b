import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { newId } from '@switchboard/ids';
import { testActor, waitFor } from '@switchboard/testing';
import { sandboxAccounts } from '@switchboard/vendor-sandbox/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await House.start();
});
afterAll(() => house.stop());

const CREATE = `mutation ($input: UploadCreateInput!) {
  uploadCreate(input: $input) { upload { id state bytes filename } url userErrors { code } } }`;
interface Created {
  uploadCreate: { upload: { id: string; state: string }; url: string };
}
const sha256 = (content: Buffer, encoding: 'hex' | 'base64'): string =>
  createHash('sha256').update(content).digest(encoding);

async function announce(actor: ReturnType<typeof testActor>, bytes: number, filename = 'report.pdf') {
  const input = { filename, contentType: 'application/pdf', bytes };
  const { data, errors } = await house.inner.graphql<Created>(actor, CREATE, { input });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.uploadCreate;
}

async function put(url: string, content: Buffer, headers: Record<string, string> = {}) {
  const response = await fetch(url, { method: 'PUT', body: new Uint8Array(content), headers });
  const answer = (await response.json()) as { error?: { code: string }; bytes?: number; sha256?: string };
  return { status: response.status, ...answer };
}

async function stored(
  actor: ReturnType<typeof testActor>,
  content: Buffer,
  filename?: string,
): Promise<string> {
  const { upload, url } = await announce(actor, content.length, filename);
  expect((await put(url, content)).status).toBe(200);
  return upload.id;
}

async function chunks(uploadId: string): Promise<number> {
  const { database } = house.inner.service;
  const [row] = await database.transaction({ system: true }, ({ em }) =>
    em.execute<{ count: number }[]>('select count(*)::int as count from upload_chunks where upload_id = ?', [
      uploadId,
    ]),
  );
  return row?.count ?? -1;
}

describe('an upload', () => {
  it('is taken once, byte for byte', async () => {
    const actor = testActor();
    const content = randomBytes(3_000_000);
    const { upload, url } = await announce(actor, content.length);
    expect(upload).toMatchObject({ state: 'ANNOUNCED' });
    expect(url.startsWith(`${house.url}/uploads/${upload.id}?token=`)).toBe(true);
    const answer = await put(url, content, {
      'content-digest': `sha-256=:${sha256(content, 'base64')}:`,
      'content-type': 'application/pdf',
    });
    expect(answer).toEqual({ status: 200, bytes: content.length, sha256: sha256(content, 'hex') });
    const again = await put(url, content);
    expect(again).toMatchObject({ status: 409, error: { code: 'ALREADY_STORED' } });
  });

  it('sent by several at once is taken from one of them', async () => {
    const content = randomBytes(200_000);
    const { upload, url } = await announce(testActor(), content.length);
    const answers = await Promise.all(Array.from({ length: 5 }, () => put(url, content)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(await chunks(upload.id)).toBe(1);
  });

  it('of the wrong size, hash or token is refused and leaves nothing; the right one may still come', async () => {
    const content = randomBytes(100_000);
    const { upload, url } = await announce(testActor(), content.length);
    const more = Buffer.concat([content, content]);
    expect(await put(url, more)).toMatchObject({ status: 400, error: { code: 'SIZE_MISMATCH' } });
    const less = content.subarray(1);
    expect(await put(url, less)).toMatchObject({ status: 400, error: { code: 'SIZE_MISMATCH' } });
    const digest = { 'content-digest': `sha-256=:${sha256(less, 'base64')}:` };
    expect(await put(url, content, digest)).toMatchObject({
      status: 400,
      error: { code: 'DIGEST_MISMATCH' },
    });
    for (const wrong of [`${url}x`, url.replace(upload.id, newId('upl')), url.split('?')[0] ?? '']) {
      expect(await put(wrong, content)).toMatchObject({ status: 403, error: { code: 'TOKEN_INVALID' } });
    }
    expect(await chunks(upload.id)).toBe(0);
    expect((await put(url, content)).status).toBe(200);
  });

  it('without an announced length is cut off where it exceeds what was announced', async () => {
    const { upload, url } = await announce(testActor(), 1_000);
    const status = await new Promise<number>((resolve, reject) => {
      const outgoing = request(url, { method: 'PUT' }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      outgoing.on('error', reject);
      outgoing.write(randomBytes(1_001));
      outgoing.end();
    });
    expect(status).toBe(400);
    expect(await chunks(upload.id)).toBe(0);
  });

  it('is refused after an hour', async () => {
    const { upload, url } = await announce(testActor(), 3);
    await house.inner.service.database.transaction({ system: true }, ({ em }) =>
      em.execute("update uploads set expires_at = now() - interval '1 second' where id = ?", [upload.id]),
    );
    expect(await put(url, Buffer.from('abc'))).toMatchObject({ status: 410, error: { code: 'EXPIRED' } });
  });

  it.each([
    ['no bytes', { bytes: 0 }],
    ['more than 25 MB', { bytes: 25 * 1_024 * 1_024 + 1 }],
    ['a folder in its name', { filename: '../x' }],
    ['a type with parameters', { contentType: 'text/plain; name=x' }],
  ])('with %s is not announced', async (_what, input) => {
    const answer = await house.inner.graphql(testActor(), CREATE, {
      input: { filename: 'a', contentType: 'text/plain', bytes: 1, ...input },
    });
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('is its workspace’s alone', async () => {
    const actor = testActor();
    const id = await stored(actor, Buffer.from('abc'));
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on Upload { id state } } }`;
    const variables = { representations: [{ __typename: 'Upload', id }] };
    const mine = await house.inner.graphql(actor, query, variables);
    expect(mine.data).toEqual({ _entities: [{ id, state: 'STORED' }] });
    const theirs = await house.inner.graphql(testActor(), query, variables);
    expect(theirs.data).toEqual({ _entities: [null] });
  });
});

describe('attachments', () => {
  it.each(['sendgrid', 'smtp'])('arrive byte for byte by %s', async (vendor) => {
    const actor = testActor();
    const secrets = sandboxAccounts[vendor as 'smtp' | 'sendgrid'];
    house.inner.auth.connect({ vendor, workspaceId: actor.workspaceId, userId: '', secrets });
    const [first, second] = [randomBytes(1_500_000), Buffer.from('Grüße')];
    const uploads = [
      await stored(actor, first, 'erster Teil.pdf'),
      await stored(actor, second, 'übersicht.pdf'),
    ];
    const to = `${newId('ana').toLowerCase()}@example.com`;
    await house.sent(actor, { to: [to], attachments: uploads.map((uploadId) => ({ uploadId })) });
    const mail = await waitFor('the mail', async () => (await house.control.mailsTo(to))[0]);
    expect(mail?.attachments).toMatchObject([
      { filename: 'erster Teil.pdf', contentType: 'application/pdf', sha256: sha256(first, 'hex') },
      { filename: 'übersicht.pdf', bytes: second.length, sha256: sha256(second, 'hex') },
    ]);
  });

  it('of a test key go with its mails, and stay in the sandbox', async () => {
    const tester = testActor({ mode: 'test', kind: 'apiKey', userId: undefined });
    const uploadId = await stored(tester, Buffer.from('abc'));
    const to = `${newId('ana').toLowerCase()}@example.com`;
    const sent = await house.sent(tester, { to: [to], attachments: [{ uploadId }] });
    expect(sent.sandbox).toBe(true);
    const mail = await waitFor('the mail', async () => (await house.control.mailsTo(to))[0]);
    expect(mail.attachments).toMatchObject([{ filename: 'report.pdf', bytes: 3 }]);
    await waitFor('delivery', async () => (await house.read(tester, sent.id))?.status === 'DELIVERED');
  });

  it('are refused when not stored, too large together, or another workspace’s', async () => {
    const actor = testActor();
    const to = ['ana@example.com'];
    const { upload } = await announce(actor, 3);
    const early = await house.send(actor, { to, attachments: [{ uploadId: upload.id }] });
    expect(early.data?.mailSend.userErrors).toMatchObject([{ code: 'UPLOAD_NOT_STORED' }]);
    const half = await stored(actor, Buffer.alloc(13 * 1_024 * 1_024));
    const attachments = [{ uploadId: half }, { uploadId: half }];
    const large = await house.send(actor, { to, attachments });
    expect(large.data?.mailSend.userErrors).toMatchObject([{ code: 'ATTACHMENTS_TOO_LARGE' }]);
    const foreign = await house.send(testActor(), { to, attachments: [{ uploadId: half }] });
    expect(foreign.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});
