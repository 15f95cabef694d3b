import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageFolder } from '../generate/contracts.ts';
import { complaintsOf, copyWorkspace } from './workspace-copy.ts';

const careless = join(packageFolder, 'test/fixtures/careless');

it('accepts our contracts', () => {
  expect(complaintsOf(['lint'], packageFolder)).toBe('');
});

it.each([
  ['a zero value that means something', 'suffixed with "_UNSPECIFIED"'],
  ['an enum value without its prefix', 'should be prefixed with "CARELESS_STATE_"'],
  ['an enum in lower case', 'should be PascalCase'],
  ['a field in camel case', 'should be lower_snake_case'],
  ['a field without a comment', 'Field "uploadId" should have a non-empty comment'],
])('refuses %s', (_fault, complaint) => {
  expect(complaintsOf(['lint'], copyWorkspace(careless).folder)).toContain(complaint);
});

it('refuses a file in the wrong folder', () => {
  const copy = copyWorkspace();
  copy.edit('evt/mail/v1/uploads.proto', 'package evt.mail.v1;', 'package evt.post.v1;');
  expect(complaintsOf(['lint'], copy.folder)).toContain('must be within a directory "evt/post/v1"');
});

it('refuses a request that does not carry the name of its method', () => {
  const copy = copyWorkspace();
  copy.edit('rpc/meetings/v1/meetings_service.proto', /InvitationContextRequest/g, 'Question');
  expect(complaintsOf(['lint'], copy.folder)).toContain('should be named "InvitationContextRequest"');
});
