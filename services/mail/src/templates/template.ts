/**
 * Built-in mails. A template takes typed variables, checks them, and answers a subject and a body of plain texts;
 * only `layout.ts` turns a body into text and HTML, so escaping happens in one place.
 */
import { AppError } from '@switchboard/errors';
import type { z } from 'zod';
import { type MailBody, toHtml, toText } from './layout.ts';

export interface MailTemplate<S extends z.ZodObject = z.ZodObject> {
  /** Frozen: mails keep it. */
  readonly key: string;
  /** Raised with any change of wording, so that a mail in hand is sent as it was recorded. */
  readonly version: number;
  readonly description: string;
  readonly variables: S;
  subject(variables: z.infer<S>): string;
  body(variables: z.infer<S>): MailBody;
}

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function defineTemplate<S extends z.ZodObject>(template: MailTemplate<S>): MailTemplate {
  // A list of templates knows their variables by schema only; `renderTemplate` checks them against it.
  return template as unknown as MailTemplate;
}

/**
 * @param options.keepLink false leaves the link out: what is stored must not let a reader act as the recipient.
 * @throws AppError REJECTED when the variables are not the template's.
 */
export function renderTemplate(
  template: MailTemplate,
  variables: Readonly<Record<string, unknown>>,
  { keepLink }: { keepLink: boolean },
): RenderedMail {
  const parsed = template.variables.safeParse(variables);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`);
    throw new AppError('REJECTED', `variables of ${template.key} are not valid: ${problems.join(', ')}`, {
      details: { code: 'TEMPLATE_VARIABLES_INVALID' },
    });
  }
  const body = template.body(parsed.data);
  return {
    subject: template.subject(parsed.data),
    text: toText(body, { keepLink }),
    html: toHtml(body, { keepLink }),
  };
}
