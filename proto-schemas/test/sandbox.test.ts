import { expect, it } from 'vitest';
import { readContracts } from '../generate/contracts.ts';

/** Events that are about nothing of a vendor. */
const WITHOUT_VENDOR = [/^evt\.auth\.v1\.(?!Connection)/, /^evt\.mail\.v1\.Upload/];

it('every event about a vendor’s account or resource says whether it stays in the sandbox', () => {
  const silent = readContracts()
    .flatMap(({ kind, messages }) => (kind === 'evt' ? messages : []))
    .filter(({ fields }) => !fields.some(({ name }) => name === 'sandbox'))
    .map(({ typeName }) => typeName);
  const unexplained = silent.filter((type) => !WITHOUT_VENDOR.some((pattern) => pattern.test(type)));
  expect(unexplained).toEqual([]);
});
