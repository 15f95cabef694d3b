import { DateTime } from '@switchboard/subgraph';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AuditActor } from './audit-entry.type.ts';

export const AuditProblemKind = {
  EDITED: 'EDITED',
  DELETED: 'DELETED',
  REORDERED: 'REORDERED',
  TRUNCATED: 'TRUNCATED',
} as const;
export type AuditProblemKind = keyof typeof AuditProblemKind;

registerEnumType(AuditProblemKind, {
  name: 'AuditProblemKind',
  description: 'How the audit trail is broken.',
  valuesConfig: {
    EDITED: {
      description: 'The entry, the one before, or the call of a tool it tells of, is not as it was written.',
    },
    DELETED: { description: 'An entry is missing between others, or the call of a tool that it tells of.' },
    REORDERED: { description: 'The entry stands in another’s place.' },
    TRUNCATED: { description: 'The last entries are missing, or nothing vouches for the end.' },
  },
});

@ObjectType('AuditProblem', { description: 'The first place where the trail is not as it was written.' })
export class AuditProblem {
  @Field(() => Int)
  sequence!: number;

  @Field(() => AuditProblemKind)
  kind!: AuditProblemKind;

  @Field(() => ID, { nullable: true, description: 'The entry that stands there, if one does.' })
  entryId!: string | null;
}

@ObjectType('AuditVerification', { description: 'Whether the audit trail is as it was written.' })
export class AuditVerification {
  @Field(() => Boolean)
  valid!: boolean;

  @Field(() => Int, { description: 'How many entries stand, from the first.' })
  checkedEntries!: number;

  @Field(() => AuditProblem, { nullable: true })
  firstProblem!: AuditProblem | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The signed end of the trail. Keep it elsewhere and give it to a later verification: it also finds what was put back to an earlier state.',
  })
  checkpoint!: string | null;
}

@ObjectType('AuditCount')
export class AuditCount {
  @Field(() => String)
  name!: string;

  @Field(() => Int)
  entries!: number;
}

@ObjectType('AuditActorCount')
export class AuditActorCount {
  @Field(() => AuditActor)
  actor!: AuditActor;

  @Field(() => Int)
  entries!: number;
}

@ObjectType('AuditSummary', { description: 'The audit trail in numbers; most entries first.' })
export class AuditSummary {
  @Field(() => Int)
  totalEntries!: number;

  @Field(() => [AuditCount])
  byService!: readonly AuditCount[];

  @Field(() => [AuditCount])
  byType!: readonly AuditCount[];

  @Field(() => DateTime, { nullable: true })
  firstAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  lastAt!: Date | null;

  @Field(() => [AuditActorCount], { description: 'The 50 with the most entries.' })
  actors!: readonly AuditActorCount[];
}
