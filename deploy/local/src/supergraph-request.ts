import { parseArgs } from 'node:util';
import { Problem } from './problem.ts';

/** Where a subgraph's SDL comes from: a file, or a service that runs. */
export interface SubgraphPlace {
  readonly name: string;
  readonly place: string;
}

interface Candidate {
  /** None: those of `services/`. */
  readonly subgraphs: readonly SubgraphPlace[];
  /** `nats`, or a file. */
  readonly operations: string | undefined;
  readonly acceptBreaking: boolean;
  readonly json: boolean;
}

/** What to do with a supergraph. */
export type SupergraphRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'operations' }
  | (Candidate & { readonly kind: 'check'; readonly against: string | undefined })
  | (Candidate & { readonly kind: 'publish'; readonly folder: string })
  | {
      readonly kind: 'rollback';
      readonly folder: string;
      readonly to: number | undefined;
      readonly json: boolean;
    };

/** Reads the command's arguments. @throws {Problem} */
export function readSupergraphRequest(args: string[]): SupergraphRequest {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      subgraph: { type: 'string', multiple: true },
      against: { type: 'string' },
      operations: { type: 'string' },
      folder: { type: 'string' },
      to: { type: 'string' },
      'accept-breaking': { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const [kind, ...more] = positionals;
  if (values.help || kind === undefined) return { kind: 'help' };
  if (more.length > 0) throw new Problem(`"${more.join(' ')}" is not understood; see --help.`);
  const json = values.json ?? false;
  if (kind === 'operations') return { kind };
  if (kind === 'rollback') {
    return { kind, folder: required('--folder', values.folder), to: readVersion(values.to), json };
  }
  const candidate = {
    subgraphs: (values.subgraph ?? []).map(readSubgraph),
    operations: values.operations,
    acceptBreaking: values['accept-breaking'] ?? false,
    json,
  };
  if (kind === 'check') return { kind, ...candidate, against: values.against };
  if (kind === 'publish') return { kind, ...candidate, folder: required('--folder', values.folder) };
  throw new Problem(`"${kind}" is not one of check, publish, rollback, operations; see --help.`);
}

function readSubgraph(text: string): SubgraphPlace {
  const [, name, place] = /^([A-Za-z][\w-]*)=(.+)$/.exec(text) ?? [];
  if (name && place) return { name, place };
  throw new Problem(
    `--subgraph is "${text}"; it must be a name and a file or URL, such as mail=mail.graphql.`,
  );
}

function readVersion(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Problem(`--to is "${text}"; it must be the number of a version.`);
}

function required(name: string, value: string | undefined): string {
  if (value) return value;
  throw new Problem(`${name} is needed; see --help.`);
}
