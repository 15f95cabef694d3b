import type { ConfigShape } from '@switchboard/config';
import { newId } from '@switchboard/ids';
import {
  BEGINNING,
  copySlice,
  type DataSubject,
  eraseSlice,
  type Inventory,
} from '@switchboard/personal-data';
import { migrationsOf, type ServiceDefinition } from '@switchboard/service';
import type { Database } from '@switchboard/storage';
import { memoryDatabase } from './memory-database.ts';

/** Columns that open something; no copy may hold one. */
const SECRET =
  /(^|_)(secret|sealed|token|password_hash|secret_hash|token_hash|code_hash|state_hash|wrapped_key)$/;

/**
 * What a service's inventory of data does not say of its database, or says wrongly. Every condition is run once, on
 * empty tables.
 * @returns empty when all is well.
 */
export async function inventoryFaults<S extends ConfigShape>({
  name,
  entities,
  inventory,
  ...definition
}: ServiceDefinition<S>): Promise<string[]> {
  const migrations = migrationsOf({
    ...definition,
    name,
    entities,
    inventory,
  } as unknown as ServiceDefinition);
  const database = await memoryDatabase({ service: name, entities, migrations });
  try {
    const columns = await columnsByTable(database);
    const listed = new Set(inventory.map(({ table }) => table));
    return [
      ...[...columns.keys()].filter((table) => !listed.has(table)).map((table) => `${table} is not listed`),
      ...inventory.flatMap((entry) => columnFaults(entry, columns.get(entry.table) ?? [])),
      ...(await conditionFaults(database, inventory)),
    ];
  } finally {
    await database.close();
  }
}

async function columnsByTable(database: Database): Promise<Map<string, string[]>> {
  const rows = await database.statement<{ table_name: string; column_name: string }>(
    `select table_name, column_name from information_schema.columns
     join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like '%migrations'`,
  );
  const columns = new Map<string, string[]>();
  for (const { table_name: table, column_name: column } of rows) {
    columns.set(table, [...(columns.get(table) ?? []), column]);
  }
  return columns;
}

function columnFaults({ table, workspace, person }: Inventory[number], columns: readonly string[]): string[] {
  return [workspace, ...person].flatMap(({ copy, erasure }) => {
    const without = copy && 'file' in copy ? (copy.without ?? []) : [];
    const set = typeof erasure === 'object' && 'set' in erasure ? Object.keys(erasure.set) : [];
    const shown = copy && 'file' in copy ? columns.filter((column) => !without.includes(column)) : [];
    return [
      ...[...without, ...set]
        .filter((column) => !columns.includes(column))
        .map((column) => `${table} has no ${column}`),
      ...shown.filter((column) => SECRET.test(column)).map((column) => `${table}.${column} would be copied`),
    ];
  });
}

async function conditionFaults(database: Database, inventory: Inventory): Promise<string[]> {
  const faults: string[] = [];
  const person = { scope: 'USER', userId: newId('usr'), email: 'ana@example.com', workspaceId: '' } as const;
  const workspace = { scope: 'WORKSPACE', userId: '', email: '', workspaceId: newId('wsp') } as const;
  for (const whose of [person, workspace]) {
    for (const table of inventory) {
      const subject: DataSubject = { ...whose, kind: 'EXPORT', connectionIds: [newId('con')] };
      const work = [
        () => copySlice(database, [table], subject, BEGINNING, async () => {}, Number.POSITIVE_INFINITY),
        () =>
          eraseSlice(database, [table], { ...subject, kind: 'ERASURE' }, BEGINNING, Number.POSITIVE_INFINITY),
      ];
      for (const step of work) {
        await step().catch((thrown: unknown) => faults.push(`${table.table}: ${String(thrown)}`));
      }
    }
  }
  return faults;
}
