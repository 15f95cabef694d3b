import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageFolder, readContracts } from '../generate/contracts.ts';
import { findThickFields } from '../generate/thin-events.ts';
import { copyWorkspace } from './workspace-copy.ts';

it('finds nothing but ids, states, amounts and times in our events', () => {
  const contracts = readContracts();
  expect(contracts.filter(({ kind }) => kind === 'evt').length).toBeGreaterThan(0);
  expect(findThickFields(contracts)).toEqual([]);
});

it('refuses whatever could carry more', () => {
  const careless = copyWorkspace(join(packageFolder, 'test/fixtures/careless'));
  expect(findThickFields(readContracts(careless.folder))).toEqual([
    'evt.mail.v1.CarelessSent.recipient_email is named like personal data or a secret (email)',
    'evt.mail.v1.CarelessSent.reason is free text',
    'evt.mail.v1.CarelessSent.extras is a map, which could carry anything',
    'evt.mail.v1.CarelessSent.raw is bytes, which could carry anything',
    'evt.mail.v1.CarelessSent.row is a whole message',
    'evt.mail.v1.CarelessSent.reset_token is named like personal data or a secret (token)',
    'evt.mail.v1.CarelessSent.uploadId is free text',
  ]);
});

it.each(['name', 'email', 'address', 'phone', 'subject', 'body', 'text', 'token', 'secret', 'password'])(
  'refuses an event field called %s, even with an id behind it',
  (word) => {
    const copy = copyWorkspace();
    copy.edit('evt/mail/v1/uploads.proto', 'uint32 bytes = 2;', `string ${word}_id = 2;`);
    expect(findThickFields(readContracts(copy.folder))).toEqual([
      `evt.mail.v1.UploadCreated.${word}_id is named like personal data or a secret (${word})`,
    ]);
  },
);
