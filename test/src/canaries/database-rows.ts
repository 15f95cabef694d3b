import { createLogger } from '@switchboard/observability';
import { Database } from '@switchboard/storage';

/** Every row of a stopped service's embedded database as text, by table. */
export async function databaseRows(dataDir: string, service: string): Promise<Map<string, string[]>> {
  const database = await Database.open({
    service,
    location: { kind: 'embedded', dataDir },
    entities: [],
    migrations: [],
    logger: createLogger('test', { level: 'silent' }),
  });
  try {
    const tables = await database.statement<{ table_name: string }>(
      `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    const rows = new Map<string, string[]>();
    for (const { table_name: table } of tables) {
      const found = await database.statement<{ line: string }>(`select t::text as line from ${table} t`);
      rows.set(
        table,
        found.map(({ line }) => line),
      );
    }
    return rows;
  } finally {
    await database.close();
  }
}
