import { requireWorkspaceActor } from '@switchboard/identity';
import { RequiresScopes, type SubgraphContext, Tool, toOutcome } from '@switchboard/subgraph';
import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { FindPayments } from '../use-cases/find-payments.ts';
import type { RefundPayment } from '../use-cases/refund-payment.ts';
import { PaymentRefundInput, PaymentRefundPayload } from './payment.inputs.ts';
import { toPayment } from './payment.type.ts';
import { Refund, toRefund } from './refund.type.ts';

@Resolver(() => Refund)
export class RefundResolver {
  constructor(
    private readonly refundPayment: RefundPayment,
    private readonly find: FindPayments,
  ) {}

  @RequiresScopes('billing:read')
  @Query(() => Refund, { nullable: true })
  async refund(@Arg('id', () => ID) id: string, @Ctx() { actor }: SubgraphContext): Promise<Refund | null> {
    const [found] = await this.find.refundsByIds(requireWorkspaceActor(actor), [id]);
    return found ? toRefund(found) : null;
  }

  @Tool()
  @RequiresScopes('billing:refund')
  @Mutation(() => PaymentRefundPayload, { description: 'Gives a payment back, whole or in part.' })
  async paymentRefund(
    @Arg('input', () => PaymentRefundInput) input: PaymentRefundInput,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<PaymentRefundPayload> {
    const { idempotencyKey, paymentId, amount } = input;
    const { resource, userErrors } = await toOutcome(() =>
      this.refundPayment.execute(requireWorkspaceActor(actor), {
        idempotencyKey,
        paymentId,
        amount: amount ? { amountMinor: amount.amountMinor, currency: amount.currency } : undefined,
      }),
    );
    return {
      refund: resource && toRefund(resource.refund),
      payment: resource && toPayment(resource.payment),
      replayed: resource?.replayed ?? false,
      userErrors,
    };
  }
}
