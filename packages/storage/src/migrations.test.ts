import { expect, it } from 'vitest';
import { contractionsOf, toMigrationObject } from './migrations.ts';

it.each([
  'drop table notes',
  'alter table notes drop column colour',
  'alter table notes rename column colour to color',
  'alter table notes alter column colour set not null',
  'alter table notes alter column colour type int using 1',
  'alter table notes add column colour text not null',
  'truncate notes',
])('a step with "%s" must say since when nobody needs what it takes', (statement) => {
  const step = { name: '0007-colour', statements: [statement] };
  expect(() => toMigrationObject(step)).toThrow(/0007-colour contracts the schema/);
  expect(toMigrationObject({ ...step, contracts: 'unused since 0.3.0' })).toMatchObject({
    name: '0007-colour',
  });
});

it.each([
  'create table notes (id text primary key, body text not null)',
  'alter table notes add column colour text',
  "alter table notes add column colour text not null default 'red'",
  'alter table notes alter column colour drop not null',
  'drop index notes_colour',
  'create trigger refuse_truncate before truncate on notes for each statement execute function refuse_change()',
])('a step with "%s" only adds', (statement) => {
  expect(contractionsOf({ statements: [statement] })).toEqual([]);
});
