import { RequiresScopes } from '@switchboard/subgraph';
import { Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { ListTemplates } from '../use-cases/list-templates.ts';

@ObjectType('MailTemplateVariable', { description: 'A value that a template is filled with.' })
export class MailTemplateVariable {
  @Field(() => String)
  name!: string;

  @Field(() => Boolean)
  isRequired!: boolean;

  @Field(() => String)
  description!: string;
}

@ObjectType('MailTemplate', { description: 'A built-in mail.' })
export class MailTemplate {
  @Field(() => String, { description: 'Such as `invitation`; stands on the mails made from it.' })
  key!: string;

  @Field(() => Int, { description: 'The newest version, which new mails are made from.' })
  version!: number;

  @Field(() => [Int], { description: 'All versions, newest first.' })
  versions!: readonly number[];

  @Field(() => String)
  description!: string;

  @Field(() => String, { description: 'With the names of variables in braces.' })
  subject!: string;

  @Field(() => [MailTemplateVariable])
  variables!: readonly MailTemplateVariable[];
}

@Resolver(() => MailTemplate)
export class TemplateResolver {
  constructor(private readonly listTemplates: ListTemplates) {}

  @RequiresScopes('mail:read')
  @Query(() => [MailTemplate], { description: 'The built-in mails.' })
  templates(): readonly MailTemplate[] {
    return this.listTemplates.execute();
  }
}
