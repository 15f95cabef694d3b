import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as publicNames from '@switchboard/proto-schemas';
import * as events from '@switchboard/proto-schemas/events';
import { expect, it } from 'vitest';
import { packageFolder, readContracts } from '../generate/contracts.ts';

const contracts = readContracts();

it('exports every contract under a path of its own', () => {
  const { exports } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const paths = contracts.map(({ kind, owner }) => `./${kind}/${owner}`);
  expect(Object.keys(exports)).toEqual(['.', './events', ...paths]);
});

it('exports every message, enum and service by its name', () => {
  const schemas = contracts
    .flatMap(({ messages, enums }) => [...messages, ...enums])
    .map(({ name }) => `${name}Schema`);
  const services = contracts.flatMap(({ services }) => services.map(({ name }) => name));
  expect(Object.keys(publicNames)).toEqual(expect.arrayContaining([...schemas, ...services]));
});

it('lists every event for those who follow all of them', () => {
  const types = contracts.flatMap(({ kind, messages }) =>
    kind === 'evt' ? messages.map((m) => m.typeName) : [],
  );
  expect(events.eventSchemas.map(({ typeName }) => typeName)).toEqual(types);
});
