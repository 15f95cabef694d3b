/**
 * The contracts as the generators and tests see them: events (one message per fact, package `evt.<service>.v1`)
 * and internal requests (one method each, package `rpc.<owner>.v1`), read from buf's image with its comments.
 */
import { execFileSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createFileRegistry,
  type DescEnum,
  type DescFile,
  type DescMessage,
  type DescService,
  fromBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** The folder of this package. */
export const packageFolder = fileURLToPath(new URL('..', import.meta.url));

/** The folder of the repository. */
export const repositoryFolder = fileURLToPath(new URL('../..', import.meta.url));

const buf = fileURLToPath(new URL('../../node_modules/.bin/buf', import.meta.url));

/** What one proto package declares. */
export interface Contract {
  /** Events or internal requests. */
  readonly kind: 'evt' | 'rpc';
  /** The service that publishes or answers, such as `mail`. */
  readonly owner: string;
  readonly files: readonly DescFile[];
  readonly messages: readonly DescMessage[];
  readonly enums: readonly DescEnum[];
  readonly services: readonly DescService[];
}

/**
 * Runs buf in a folder with a `buf.yaml` and returns what it prints.
 *
 * @throws Error with buf's own words in `stdout` and `stderr` when buf refuses.
 */
export function runBuf(args: readonly string[], folder: string = packageFolder): Buffer {
  // buf looks for protoc-gen-es on the PATH, which holds it only below npm.
  const path = `${dirname(buf)}${delimiter}${process.env.PATH ?? ''}`;
  const options = { cwd: folder, env: { ...process.env, PATH: path }, maxBuffer: 64 * 1024 * 1024 };
  return execFileSync(buf, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Reads every contract of a folder, sorted by kind and owner; messages stay in the order of their files. */
export function readContracts(folder: string = packageFolder): Contract[] {
  const image = runBuf(['build', '--as-file-descriptor-set', '-o', '-'], folder);
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const filesByPackage = Map.groupBy(registry.files, (file) => file.proto.package);
  const contracts: Contract[] = [];
  for (const packageName of [...filesByPackage.keys()].sort()) {
    const [, kind, owner] = /^(evt|rpc)\.([a-z]+)\.v\d+$/.exec(packageName) ?? [];
    if ((kind !== 'evt' && kind !== 'rpc') || !owner) continue;
    const files = (filesByPackage.get(packageName) ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    contracts.push({
      kind,
      owner,
      files,
      messages: files.flatMap((file) => file.messages),
      enums: files.flatMap((file) => file.enums),
      services: files.flatMap((file) => file.services),
    });
  }
  return contracts;
}
