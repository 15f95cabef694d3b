import { expect, it } from 'vitest';
import { affectedBy, changedBuilds } from './build-changes.ts';

const workspaces = [
  { folder: 'packages/ids', manifest: { name: '@x/ids' } },
  { folder: 'packages/storage', manifest: { name: '@x/storage', dependencies: { '@x/ids': '*', pg: '8' } } },
  { folder: 'services/mail', manifest: { name: '@x/mail', dependencies: { '@x/storage': '*' } } },
  { folder: 'gateway', manifest: { name: '@x/gateway', dependencies: { '@x/ids': '*' } } },
];

it('restarts what is built on a changed package, through others too', () => {
  const parts = ['services/mail', 'gateway'];
  expect(affectedBy(['packages/storage'], parts, workspaces)).toEqual(['services/mail']);
  expect(affectedBy(['packages/ids'], parts, workspaces)).toEqual(parts);
  expect(affectedBy(['gateway'], parts, workspaces)).toEqual(['gateway']);
  expect(affectedBy([], parts, workspaces)).toEqual([]);
});

it('tells changed builds by their content', () => {
  const before = new Map([
    ['a', '1'],
    ['b', '1'],
  ]);
  expect(
    changedBuilds(
      before,
      new Map([
        ['a', '1'],
        ['b', '2'],
        ['c', '1'],
      ]),
    ),
  ).toEqual(['b', 'c']);
});
