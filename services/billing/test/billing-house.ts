import {
  type SandboxControl,
  startTestService,
  type TestService,
  type testActor,
  waitFor,
} from '@switchboard/testing';
import { billing } from '../src/service.ts';

type Actor = ReturnType<typeof testActor>;

export interface PaymentAnswer {
  readonly id: string;
  readonly status: string;
  readonly errorCode: string | null;
  readonly approvalUrl: string | null;
  readonly sandbox: boolean;
  readonly amount: { amountMinor: string; currency: string };
  readonly amountRefunded: { amountMinor: string };
  readonly refunds: readonly { id: string; status: string; amount: { amountMinor: string } }[];
  readonly ledgerEntries: readonly {
    transactionId: string;
    kind: string;
    account: string;
    amount: { amountMinor: string; currency: string };
  }[];
}

export interface Payload {
  readonly payment: PaymentAnswer | null;
  readonly refund?: { id: string; status: string; errorCode: string | null } | null;
  readonly replayed: boolean;
  readonly userErrors: readonly { code: string; message: string }[];
}

const PAYMENT = `id status errorCode approvalUrl sandbox amount { amountMinor currency } amountRefunded { amountMinor }
  refunds { id status amount { amountMinor } } ledgerEntries { transactionId kind account amount { amountMinor currency } }`;

/** Billing under test, with its mutations and the sandbox's control API at hand. */
export interface BillingHouse {
  readonly house: TestService;
  /** @throws when the answer holds errors. */
  mutate(actor: Actor, mutation: string, input: object): Promise<Payload>;
  code(actor: Actor, mutation: string, input: object): Promise<string | undefined>;
  read(actor: Actor, id: string): Promise<PaymentAnswer>;
  becomes(actor: Actor, id: string, status: string): Promise<PaymentAnswer>;
  readonly control: SandboxControl;
  stop(): Promise<void>;
}

let keys = 0;
/** A key that no other call uses. */
export function freshKey(): string {
  keys += 1;
  return `key-${keys}`;
}

export async function startBilling(): Promise<BillingHouse> {
  const house = await startTestService(billing);
  const send = (actor: Actor, mutation: string, input: object) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const refund = mutation === 'paymentRefund' ? 'refund { id status errorCode }' : '';
    return house.graphql<Record<string, Payload>>(
      actor,
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { payment { ${PAYMENT} } ${refund} replayed userErrors { code message } } }`,
      { input },
    );
  };
  const read = async (actor: Actor, id: string): Promise<PaymentAnswer> => {
    const { data } = await house.graphql<{ payment: PaymentAnswer | null }>(
      actor,
      `query ($id: ID!) { payment(id: $id) { ${PAYMENT} } }`,
      { id },
    );
    if (!data?.payment) throw new Error('no such payment');
    return data.payment;
  };
  return {
    house,
    control: house.control,
    read,
    async mutate(actor, mutation, input) {
      const { data, errors } = await send(actor, mutation, input);
      const payload = data?.[mutation];
      if (!payload) throw new Error(JSON.stringify(errors));
      return payload;
    },
    async code(actor, mutation, input) {
      return (await send(actor, mutation, input)).errors?.[0]?.extensions.code;
    },
    becomes: (actor, id, status) =>
      waitFor(`${status}`, async () => {
        const payment = await read(actor, id);
        if (payment.status !== status) throw new Error(`it is ${payment.status}`);
        return payment;
      }),
    stop: () => house.stop(),
  };
}

/** The ledger's sums per currency: all zero, or something is wrong. */
export function sumsOf({ ledgerEntries }: PaymentAnswer): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const { amount } of ledgerEntries) {
    sums[amount.currency] = (sums[amount.currency] ?? 0n) + BigInt(amount.amountMinor);
  }
  return sums;
}
