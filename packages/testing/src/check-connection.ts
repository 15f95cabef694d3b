import { newId } from '@switchboard/ids';
import { RpcClient } from '@switchboard/messaging';
import { ConnectionsService } from '@switchboard/proto-schemas';
import type { VendorName } from '@switchboard/vendor-sandbox';
import type { TestService } from './test-service.ts';

/** Longer than any provider waits for its vendor. */
const TOO_SLOW_MS = 12_000;

/** What a service said of a connection, in the order of an account's life: error codes, empty when it was accepted. */
export interface CheckedLife {
  readonly good: string;
  /** What the vendor was asked for that: method and path of each request. */
  readonly asked: readonly string[];
  /** The vendor answers with a failure of its own. */
  readonly failing: string;
  /** The vendor does not answer in time. */
  readonly silent: string;
  /** The vendor works again. */
  readonly recovered: string;
  /** The account, or its key, is gone. */
  readonly revoked: string;
}

/** Asks a service, as auth does, how a connection fares at its vendor. @returns the error code; empty when it was accepted. */
export async function checkConnection(
  { service, broker }: TestService,
  connection: { readonly vendor: string; readonly connectionId: string },
): Promise<string> {
  const auth = await broker.connect('auth');
  try {
    const options = { owner: service.name, timeoutMs: 15_000 };
    return (await new RpcClient(auth).ask(ConnectionsService.method.check, connection, options)).errorCode;
  } finally {
    await auth.close();
  }
}

/**
 * Takes a new account at a vendor of the sandbox through its life, and asks the service of it each time.
 * @param failure the status a failing vendor answers with.
 */
export async function checkedLife(
  house: TestService,
  vendor: VendorName,
  failure: number = 503,
): Promise<CheckedLife> {
  const { auth, control } = house;
  const secrets = await control.openAccount(vendor);
  const connectionId = auth.connect({ vendor, workspaceId: newId('wsp'), userId: '', secrets });
  const check = () => checkConnection(house, { vendor, connectionId });
  const faulty = async (fault: object) => {
    await control.fault({ vendor, times: 1_000, ...fault });
    return check().finally(() => control.clearFaults());
  };
  const before = (await control.requests(vendor)).length;
  const good = await check();
  const requests = await control.requests(vendor);
  const asked = requests.slice(0, requests.length - before).map(({ method, path }) => `${method} ${path}`);
  const failing = await faulty({ status: failure });
  const silent = await faulty({ status: failure, delayMs: TOO_SLOW_MS });
  const recovered = await check();
  await control.reset();
  const revoked = await check();
  return { good, asked, failing, silent, recovered, revoked };
}
