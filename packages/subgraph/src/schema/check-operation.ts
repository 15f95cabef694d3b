import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { PAGE_SIZE_MAX } from '../pagination/plan-page.ts';
import { DEFAULT_TEXT_RULE, type TextRule, textFault } from '../text/text-rule.ts';

/** Where an argument or input field has a rule of its own: `Mutation.mailSend(text)` or `MailSendInput.text`. */
export type TextRules = ReadonlyMap<string, TextRule>;

export function argumentCoordinate(type: string, field: string, argument: string): string {
  return `${type}.${field}(${argument})`;
}

export function inputCoordinate(type: string, field: string): string {
  return `${type}.${field}`;
}

export interface OperationFault {
  readonly message: string;
  /** Argument and the way into it, such as `input.to.0`. */
  readonly argument: string;
}

interface Position {
  readonly type: GraphQLInputType | undefined;
  readonly rule: TextRule;
  readonly path: readonly (string | number)[];
}

type Report = (position: Position, what: string) => void;

/** The arguments of every list that say how many; nothing else in the house is called so. */
const PAGE_SIZES: ReadonlySet<string> = new Set(['first', 'last']);

/** Most representations one `_entities` call may hold; the gateway chunks. */
const REPRESENTATIONS_MAX = 200;

/**
 * Walks every argument of an operation, literals and variables alike, before anything runs, so that no text
 * reaches a resolver unchecked, whatever scalar it has, and no list is asked for more than a page holds.
 * @param variables as the client sent them, before coercion.
 * @returns the first fault of each argument.
 */
export function checkOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  rules: TextRules,
): OperationFault[] {
  const faults: OperationFault[] = [];
  const typeInfo = new TypeInfo(schema);
  const walker = new ArgumentWalker(document, variables, rules, (position, what) => {
    const argument = position.path.join('.');
    faults.push({ message: `Argument "${argument}" ${what}.`, argument });
  });
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Argument(node) {
        const field = typeInfo.getFieldDef();
        const parent = typeInfo.getParentType();
        const argument = typeInfo.getArgument();
        const rule =
          field && parent && rules.get(argumentCoordinate(parent.name, field.name, node.name.value));
        walker.literal(node.value, {
          type: argument?.type,
          rule: rule ?? DEFAULT_TEXT_RULE,
          path: [node.name.value],
        });
        return false;
      },
    }),
  );
  return faults;
}

class ArgumentWalker {
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #rules: TextRules;
  readonly #report: Report;
  readonly #defaults = new Map<string, ValueNode>();

  constructor(
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
    rules: TextRules,
    report: Report,
  ) {
    this.#variables = variables;
    this.#rules = rules;
    this.#report = report;
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      for (const variable of definition.variableDefinitions ?? []) {
        if (variable.defaultValue) this.#defaults.set(variable.variable.name.value, variable.defaultValue);
      }
    }
  }

  literal(node: ValueNode, position: Position): void {
    switch (node.kind) {
      case Kind.INT:
        this.#number(Number(node.value), position);
        break;
      case Kind.STRING:
        this.#text(node.value, position);
        break;
      case Kind.VARIABLE: {
        const name = node.name.value;
        const fallback = this.#defaults.get(name);
        if (Object.hasOwn(this.#variables, name)) this.#value(this.#variables[name], position);
        else if (fallback) this.literal(fallback, position);
        break;
      }
      case Kind.LIST:
        this.#size(node.values.length, position);
        for (const [index, entry] of node.values.entries()) this.literal(entry, itemOf(position, index));
        break;
      case Kind.OBJECT:
        for (const field of node.fields) this.literal(field.value, this.#fieldOf(position, field.name.value));
        break;
      default:
    }
  }

  #value(value: unknown, position: Position): void {
    if (typeof value === 'string') this.#text(value, position);
    else if (typeof value === 'number') this.#number(value, position);
    else if (Array.isArray(value)) {
      this.#size(value.length, position);
      for (const [index, entry] of value.entries()) this.#value(entry, itemOf(position, index));
    } else if (value !== null && typeof value === 'object') {
      for (const [name, entry] of Object.entries(value)) this.#value(entry, this.#fieldOf(position, name));
    }
  }

  #text(text: string, position: Position): void {
    if (position.type && isEnumType(getNamedType(position.type))) return;
    const fault = textFault(text, position.rule);
    if (fault) this.#report(position, fault);
  }

  #number(value: number, { path, ...position }: Position): void {
    const [name, ...deeper] = path;
    if (deeper.length > 0 || !PAGE_SIZES.has(String(name)) || (value >= 1 && value <= PAGE_SIZE_MAX)) return;
    this.#report({ path, ...position }, `must be between 1 and ${PAGE_SIZE_MAX}`);
  }

  #size(length: number, position: Position): void {
    if (!position.type || getNamedType(position.type).name !== '_Any' || length <= REPRESENTATIONS_MAX)
      return;
    this.#report(position, `holds more than ${REPRESENTATIONS_MAX} representations`);
  }

  #fieldOf(position: Position, name: string): Position {
    const type = position.type && getNamedType(position.type);
    const path = [...position.path, name];
    if (!isInputObjectType(type)) return { type: undefined, rule: DEFAULT_TEXT_RULE, path };
    return {
      type: type.getFields()[name]?.type,
      rule: this.#rules.get(inputCoordinate(type.name, name)) ?? DEFAULT_TEXT_RULE,
      path,
    };
  }
}

function itemOf(position: Position, index: number): Position {
  let type = position.type;
  if (type && isNonNullType(type)) type = type.ofType as GraphQLInputType;
  if (type && isListType(type)) type = type.ofType;
  return { ...position, type, path: [...position.path, index] };
}
