import { type GraphQLField, type GraphQLSchema, parse, print } from 'graphql';
import type { Answer, Client } from '../house/client.ts';
import { exampleOf, idPathsOf, selectAll } from './api-schema.ts';

/** One way to hand an id to the API. */
export interface Attempt {
  /** Field and place of the id, such as `paymentRefund(input.paymentId)`. */
  readonly name: string;
  readonly kind: 'query' | 'mutation';
  send(client: Client, id: string): Promise<Answer<unknown>>;
}

/** Every place of every query and mutation that takes an id. */
export function attemptsOf(schema: GraphQLSchema): Attempt[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const;
  return roots.flatMap(([kind, root]) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) =>
      field.args.flatMap((argument) =>
        idPathsOf(argument.type, argument.name).map((path) => attempt(schema, kind, field, path)),
      ),
    ),
  );
}

function attempt(
  schema: GraphQLSchema,
  kind: Attempt['kind'],
  field: GraphQLField<unknown, unknown>,
  idPath: string,
): Attempt {
  const used = field.args.filter(
    (argument) => idPath.split('.')[0] === argument.name || String(argument.type).endsWith('!'),
  );
  const declared = used.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
  const passed = used.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const selection = selectAll(schema, field.type, 2);
  const text = print(parse(`${kind} (${declared}) { ${field.name}(${passed}) ${selection} }`));
  return {
    name: `${field.name}(${idPath})`,
    kind,
    send(client, id) {
      const variables = Object.fromEntries(
        used.map((argument) => [argument.name, exampleOf(argument.type, argument.name, idPath, id)]),
      );
      return client.send(text, uniqueKeys(variables));
    },
  };
}

let keys = 0;
/** Every call has an idempotency key of its own: an answer must not come from an earlier one. */
function uniqueKeys(variables: Record<string, unknown>): Record<string, unknown> {
  const { input } = variables as { input?: Record<string, unknown> };
  if (!input || !('idempotencyKey' in input)) return variables;
  keys += 1;
  return { ...variables, input: { ...input, idempotencyKey: `isolation-${keys}` } };
}

/** An answer without what differs from call to call: two answers that read the same tell a caller nothing. */
export function comparable(answer: Answer<unknown>, id: string): string {
  return JSON.stringify(answer)
    .replaceAll(id, '<id>')
    .replace(/req_[0-9A-Z]{26}/g, '<request>');
}

const ID = /\b[a-z]{3}_[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;

/** Every id that stands in a text. */
export function idsIn(text: string): string[] {
  return [...new Set(text.match(ID) ?? [])];
}
