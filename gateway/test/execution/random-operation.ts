import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  parse,
  print,
  validate,
} from 'graphql';
import type { Random } from './random.ts';

export interface RandomOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

const DEPTH_MAX = 5;
const ATTEMPTS = 50;

export interface OperationStyle {
  readonly kind: 'query' | 'mutation';
  /** Whether a fragment about a type may stand in a fragment about an interface of that type. */
  readonly narrows: boolean;
}

/** A valid operation with aliases, fragments, conditions, arguments and variables, as the sequence has it. */
export function randomOperation(
  schema: GraphQLSchema,
  { kind, narrows }: OperationStyle,
  random: Random,
): RandomOperation {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const operation = new OperationWriter(schema, random, narrows).write(kind);
    // Fields that cannot stand under one name were met: rare enough to try again.
    if (validate(schema, parse(operation.query)).length === 0) return operation;
  }
  throw new Error('No valid operation came up');
}

interface SelectionPlace {
  /** Whether a fragment about an interface is around, on an object of a known type. */
  readonly isWidened: boolean;
  /** Whether no condition may leave it out. */
  readonly isCertain: boolean;
}

class OperationWriter {
  readonly #definitions: string[] = [];
  readonly #fragments: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  #names = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly narrows: boolean,
  ) {}

  write(kind: 'query' | 'mutation'): RandomOperation {
    const root = kind === 'query' ? this.schema.getQueryType() : this.schema.getMutationType();
    if (!root) throw new Error(`No ${kind} type`);
    const selections = this.#selections(root, 0, 1 + this.random.below(4));
    const definitions = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : '';
    return {
      query: [`${kind} Random${definitions} ${selections}`, ...this.#fragments].join('\n'),
      variables: this.#variables,
    };
  }

  #selections(type: GraphQLNamedOutputType, depth: number, count: number, isWidened = false): string {
    // The first takes part in any case: the planner leaves fields out of which nothing is left.
    const chosen = Array.from({ length: count }, (_, index) =>
      this.#selection(type, depth, { isWidened, isCertain: index === 0 }),
    );
    return `{ ${chosen.join(' ')} }`;
  }

  #selection(type: GraphQLNamedOutputType, depth: number, { isWidened, isCertain }: SelectionPlace): string {
    const { random } = this;
    if (random.chance(0.1))
      return `${random.chance(0.3) ? `${this.#name('t')}: ` : ''}__typename${this.#condition(isCertain)}`;
    if (!isWidened && random.chance(isAbstractType(type) ? 0.6 : 0.15))
      return this.#fragment(type, depth, isCertain);
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const usable = fields.filter((field) => depth < DEPTH_MAX || isLeafType(getNamedType(field.type)));
    if (usable.length === 0) return '__typename';
    return this.#field(random.pick(usable) as GraphQLField<unknown, unknown>, depth, isCertain);
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, isCertain: boolean): string {
    const { random } = this;
    const given = field.args.filter((arg) => isNonNullType(arg.type) || random.chance(0.3));
    const args = given.length > 0 ? `(${given.map((arg) => this.#argument(arg)).join(', ')})` : '';
    // Without arguments, the same field again merges with the one before.
    const alias = args || random.chance(0.1) ? `${this.#name('f')}: ` : '';
    const inner = getNamedType(field.type);
    const below = isCompositeType(inner) ? ` ${this.#selections(inner, depth + 1, 1 + random.below(4))}` : '';
    return `${alias}${field.name}${args}${this.#condition(isCertain)}${below}`;
  }

  #fragment(type: GraphQLNamedOutputType, depth: number, isCertain: boolean): string {
    const { random, schema } = this;
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type as GraphQLObjectType];
    const object = random.pick(possible);
    const around = object.getInterfaces();
    const on =
      around.length > 0 && random.chance(0.3) ? random.pick(around) : random.chance(0.2) ? type : object;
    const isWidened = !this.narrows && isAbstractType(on);
    const selections = this.#selections(on, depth + 1, 1 + random.below(3), isWidened);
    if (random.chance(0.3)) {
      const name = this.#name('F');
      this.#fragments.push(`fragment ${name} on ${on.name} ${selections}`);
      return `...${name}${this.#condition(isCertain)}`;
    }
    return `... ${on === type && random.chance(0.5) ? '' : `on ${on.name}`}${this.#condition(isCertain)} ${selections}`;
  }

  #condition(isCertain: boolean): string {
    const { random } = this;
    if (isCertain || !random.chance(0.08)) return '';
    const value = random.chance(0.5);
    const directive = random.pick(['skip', 'include']);
    if (random.chance(0.3)) return ` @${directive}(if: ${value})`;
    const name = this.#name('c');
    if (random.chance(0.2)) this.#definitions.push(`$${name}: Boolean! = ${value}`);
    else {
      this.#definitions.push(`$${name}: Boolean!`);
      this.#variables[name] = value;
    }
    return ` @${directive}(if: $${name})`;
  }

  #argument(arg: GraphQLArgument): string {
    const value = this.#value(arg.type);
    if (this.random.chance(0.4)) {
      const name = this.#name('v');
      this.#definitions.push(`$${name}: ${arg.type}`);
      this.#variables[name] = value;
      return `${arg.name}: $${name}`;
    }
    const node = astFromValue(value, arg.type);
    return `${arg.name}: ${node ? print(node) : 'null'}`;
  }

  #value(type: GraphQLInputType): unknown {
    const { random } = this;
    if (isNonNullType(type)) return this.#present(type.ofType);
    return random.chance(0.1) ? null : this.#present(type);
  }

  #present(type: GraphQLInputType): unknown {
    const { random } = this;
    if (isListType(type)) return Array.from({ length: random.below(3) }, () => this.#value(type.ofType));
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const given = fields.filter((field) => isNonNullType(field.type) || random.chance(0.2));
      return Object.fromEntries(given.map((field) => [field.name, this.#value(field.type)]));
    }
    switch (String(type)) {
      case 'Int':
        return random.below(100);
      case 'Float':
        return random.below(100) / 4;
      case 'Boolean':
        return random.chance(0.5);
      default:
        return `${type}-${random.below(10)}`;
    }
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }
}
