import { requireWorkspaceActor } from '@switchboard/identity';
import { Cost, RequiresScopes, type SubgraphContext } from '@switchboard/subgraph';
import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { SummariseEntries } from '../use-cases/summarise-entries.ts';
import type { VerifyChain } from '../use-cases/verify-chain.ts';
import { AuditSummary, AuditVerification } from './audit-chain.type.ts';
import { toActorKind } from './audit-entry.type.ts';

@Resolver()
export class AuditChainResolver {
  constructor(
    private readonly verify: VerifyChain,
    private readonly summarise: SummariseEntries,
  ) {}

  @RequiresScopes('audit:read')
  @Cost(200)
  @Query(() => AuditVerification, {
    description: 'Checks the workspace’s whole trail for anything edited, deleted, moved or cut off.',
  })
  async auditVerify(
    @Arg('checkpoint', () => String, {
      nullable: true,
      description: 'What an earlier verification gave, kept elsewhere since.',
    })
    checkpoint: string | null | undefined,
    @Ctx() { actor }: SubgraphContext,
  ): Promise<AuditVerification> {
    const verified = await this.verify.execute(requireWorkspaceActor(actor), checkpoint);
    const { problem, checkedEntries } = verified;
    return {
      valid: problem === undefined,
      checkedEntries,
      firstProblem: problem ? { ...problem, entryId: problem.entryId ?? null } : null,
      checkpoint: verified.checkpoint ?? null,
    };
  }

  @RequiresScopes('audit:read')
  @Cost(20)
  @Query(() => AuditSummary)
  async auditSummary(@Ctx() { actor }: SubgraphContext): Promise<AuditSummary> {
    const summary = await this.summarise.execute(requireWorkspaceActor(actor));
    return {
      ...summary,
      actors: summary.actors.map(({ entries, kind, ...ids }) => ({
        actor: { kind: toActorKind(kind), ...ids },
        entries,
      })),
    };
  }
}
