import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageFolder, runBuf } from '../generate/contracts.ts';
import { complaintsOf, copyWorkspace } from './workspace-copy.ts';

const baseline = join(packageFolder, 'baseline.binpb');
const against = ['breaking', '--against', baseline];
const messages = 'evt/mail/v1/messages.proto';

it('accepts our contracts, and has them all in the baseline', () => {
  expect(complaintsOf(against, packageFolder)).toBe('');
  const current = runBuf(['build', '--exclude-source-info', '-o', '-']);
  expect(current.equals(readFileSync(baseline)), 'run `npm run baseline` to accept what was added').toBe(
    true,
  );
});

it('accepts a field and an event that are added', () => {
  const copy = copyWorkspace();
  copy.edit(messages, 'string template = 6;', 'string template = 6;\n  // New.\n  bool bulk = 7;');
  copy.edit(
    messages,
    /$/,
    '\n// New.\nmessage MailArchived {\n  // The mail.\n  string message_id = 1;\n}\n',
  );
  expect(complaintsOf(against, copy.folder)).toBe('');
});

it.each([
  [
    'an event that is gone',
    /\/\/ The recipient opened the mail\.\nmessage MailOpened \{[^}]*\}\n/,
    '',
    '"MailOpened"',
  ],
  ['an event with another name', 'message MailOpened', 'message MailRead', '"MailOpened"'],
  ['a field that is gone', /\s*\/\/ Why, as[^\n]*\n\s*string code = 2;/, '', 'field "2" with name "code"'],
  [
    'a field with another name',
    'string code = 2;',
    'string reason_code = 2;',
    'from "code" to "reason_code"',
  ],
  ['a field with another number', 'string code = 2;', 'string code = 9;', 'field "2" with name "code"'],
  [
    'a field with another type',
    'uint32 recipient_count',
    'string recipient_count',
    'type from "uint32" to "string"',
  ],
])('refuses %s', (_change, from, to, complaint) => {
  const copy = copyWorkspace();
  copy.edit(messages, from, to);
  expect(complaintsOf(against, copy.folder)).toContain(complaint);
});

it('refuses an enum value that is gone', () => {
  const copy = copyWorkspace();
  copy.edit('evt/auth/v1/access.proto', /\s*\/\/ Uses the workspace\.\n\s*ROLE_MEMBER = 3;/, '');
  expect(complaintsOf(against, copy.folder)).toContain('enum value "3"');
});

it('refuses an internal request that is gone', () => {
  const copy = copyWorkspace();
  copy.edit('rpc/auth/v1/auth_service.proto', /\n\s*rpc CheckSession\([^\n]*/, '');
  expect(complaintsOf(against, copy.folder)).toContain('"CheckSession"');
});
