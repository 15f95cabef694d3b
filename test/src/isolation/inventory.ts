import type { GraphQLSchema } from 'graphql';
import { isNonNullType } from 'graphql';
import type { Client } from '../house/client.ts';
import { selectAll } from './api-schema.ts';
import { idsIn } from './attempts.ts';

/** Fields that ask a vendor, check a whole chain or count requests; what they show is not the workspace's rows. */
const SKIPPED = new Set([
  'twilioPhoneNumbers',
  'auditVerify',
  'auditSummary',
  'integrations',
  'rateLimit',
  '_service',
]);

/** Everything that a caller can read without knowing an id. */
export async function readEverything(schema: GraphQLSchema, client: Client): Promise<string> {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
    (field) => !SKIPPED.has(field.name) && field.args.every((argument) => !isNonNullType(argument.type)),
  );
  const answers: string[] = [];
  for (const field of fields) {
    const { data } = await client.send(`{ ${field.name} ${selectAll(schema, field.type)} }`);
    answers.push(JSON.stringify(data ?? {}));
  }
  return answers.join('\n');
}

/** One id of every kind that a caller can see. @param shared ids that are everybody's, such as the platform's connections. */
export function oneIdPerPrefix(everything: string, shared: readonly string[] = []): string[] {
  const own = idsIn(everything).filter((id) => !shared.includes(id));
  return [...new Map(own.map((id) => [id.slice(0, 3), id])).values()];
}
