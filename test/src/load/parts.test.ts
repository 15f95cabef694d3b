import { expect, it } from 'vitest';
import { partsIn } from './parts.ts';

it('reads names, process ids and start times from the table of the runner', () => {
  const output = `Starting Switchboard: sandbox, auth …

  part     address                 pid    ready after
  broker   nats://127.0.0.1:4020   29911  0.2 s
  auth     http://127.0.0.1:4001   29926  2.1 s
  mail     http://127.0.0.1:4002   -      not ready: no answer

Switchboard is ready at http://localhost:4000 (9.1 s)
explorer  http://localhost:4000/
`;
  expect(partsIn(output)).toEqual([
    { name: 'broker', pid: 29911, readyMs: 200 },
    { name: 'auth', pid: 29926, readyMs: 2100 },
  ]);
});
