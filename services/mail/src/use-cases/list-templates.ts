import { z } from 'zod';
import { currentTemplates, versionsOf } from '../templates/catalogue.ts';
import type { MailTemplate } from '../templates/template.ts';

export interface TemplateVariable {
  readonly name: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/** What may be known of a built-in template. */
export interface TemplateDescription {
  readonly key: string;
  readonly version: number;
  readonly versions: readonly number[];
  readonly description: string;
  /** With the names of variables in braces. */
  readonly subject: string;
  readonly variables: readonly TemplateVariable[];
}

/** The built-in templates. */
export class ListTemplates {
  execute(): readonly TemplateDescription[] {
    return currentTemplates().map((template) => ({
      key: template.key,
      version: template.version,
      versions: versionsOf(template.key),
      description: template.description,
      subject: template.subject(placeholdersOf(template)),
      variables: variablesOf(template),
    }));
  }
}

function placeholdersOf({ variables }: MailTemplate): Record<string, string> {
  return Object.fromEntries(Object.keys(variables.shape).map((name) => [name, `{${name}}`]));
}

function variablesOf({ variables }: MailTemplate): readonly TemplateVariable[] {
  return Object.entries(variables.shape).map(([name, schema]) => ({
    name,
    isRequired: !(schema as z.ZodType).safeParse(undefined).success,
    description: descriptionOf(schema as z.ZodType),
  }));
}

/** `optional()` wraps a schema and leaves its description inside. */
function descriptionOf(schema: z.ZodType): string {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
  return inner.meta()?.description ?? '';
}
