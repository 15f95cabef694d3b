import { inventoryFaults } from '@switchboard/testing';
import { expect, it } from 'vitest';
import { audit } from '../src/service.ts';

it('every table is in the inventory of personal data, and no secret is copied', async () => {
  expect(await inventoryFaults(audit)).toEqual([]);
});
