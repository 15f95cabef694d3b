/**
 * A service's inventory of data: for every table, what of it is a person's or a workspace's, what of it is handed
 * over in a copy, and what becomes of it when the person or the workspace is erased.
 *
 * Conditions are SQL over the table's own columns. They may name `:userId`, `:email`, `:workspaceId` and
 * `:connectionIds` (to be used as `in (:connectionIds)`).
 */

/** What becomes of rows when their subject is erased. */
export type Erasure =
  | 'delete'
  /** The rows stay; these columns are set. Values are SQL expressions. */
  | { readonly set: Readonly<Record<string, string>> }
  /** The rows stay as they are, for this reason. */
  | { readonly keep: string };

/** What a copy holds of rows. */
export type Copy =
  /** A line of JSON for each row in `<file>.jsonl`, without the columns that are nobody's business. */
  | { readonly file: string; readonly without?: readonly string[] }
  /** Bytes, each row's at a path of its own; rows of the same path follow each other. Both are SQL expressions. */
  | { readonly path: string; readonly bytes: string };

/** Some of a table's rows. */
export interface Share {
  readonly rows: string;
  /** Absent where a copy holds nothing of them. */
  readonly copy?: Copy;
  readonly erasure: Erasure;
}

/** One table. */
export interface TableInventory {
  readonly table: string;
  /** SQL expression of text that is each row's own and gives the order of a copy; `id` by default. */
  readonly key?: string;
  /** What of it belongs to a workspace; `workspace_id = :workspaceId` is deleted and not copied by default. */
  readonly workspace?: Partial<Share>;
  /** What of it is about one person; nothing by default. */
  readonly person?: readonly Share[];
}

/** A table as it is worked on. */
export interface CompleteTable extends TableInventory {
  readonly key: string;
  readonly workspace: Share;
  readonly person: readonly Share[];
}

/** All tables of a service, in an order in which rows can be deleted: what refers to others comes first. */
export type Inventory = readonly CompleteTable[];

/** Completes a service's own tables and adds those that every service has. */
export function defineInventory(tables: readonly TableInventory[]): Inventory {
  return [...tables, ...KIT_TABLES].map((table) => ({
    ...table,
    key: table.key ?? 'id',
    workspace: { rows: 'workspace_id = :workspaceId', erasure: 'delete', ...table.workspace },
    person: table.person ?? [],
  }));
}

const THIN = { keep: 'holds ids, states, amounts and times only' } as const;

/** Kind of the intent that does the work: it must not delete itself. */
export const ANSWER_INTENT = 'answer-data-request';

const KIT_TABLES: readonly TableInventory[] = [
  { table: 'idempotency_keys', key: "mode || '/' || mutation || '/' || key" },
  {
    table: 'webhook_deliveries',
    // What vendors told us is in the resources already, in our words.
    workspace: { rows: 'connection_id in (:connectionIds)' },
    person: [{ rows: 'connection_id in (:connectionIds)', erasure: 'delete' }],
  },
  {
    table: 'intents',
    workspace: { rows: `workspace_id = :workspaceId and kind <> '${ANSWER_INTENT}'` },
  },
  { table: 'outbox', workspace: { erasure: THIN } },
  { table: 'dead_letters', workspace: { erasure: THIN } },
  { table: 'inbox', key: 'event_id', workspace: { rows: 'false', erasure: THIN } },
];
