import { Extensions } from 'type-graphql';
import { DEFAULT_TEXT_RULE, type TextRule } from '../text/text-rule.ts';
import { EXTENSION } from './metadata.ts';

type Member = PropertyDecorator & MethodDecorator;

/**
 * The text rule of one field of an input or arguments class: `@Text({ maxLength: 100_000, multiline: true })`.
 * Without it a text is one line of at most 1,000 code points.
 */
export function Text(rule: Partial<TextRule>): Member {
  return Extensions({ [EXTENSION.text]: { ...DEFAULT_TEXT_RULE, ...rule } });
}

/** The same for one `@Arg` of a query, mutation or field: written above the method. */
export function TextArg(argument: string, rule: Partial<TextRule>): Member {
  return Extensions({ [EXTENSION.argumentText(argument)]: { ...DEFAULT_TEXT_RULE, ...rule } });
}
