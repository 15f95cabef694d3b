/**
 * The contracts as the generators and tests see them: events (one message per fact, package `evt.<service>.v1`)
 * and internal requests (one method each, package `rpc.<owner>.v1`), read from buf's image with its comments.
 */
import { execFileSync } from 'node:child_process';
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

const buf = fileURLToPath(new URL('../../node_modules/.bin/buf', import.meta.url));

/** What one proto package declares. */
export interface Contract {
  /** `evt` or `rpc`. */
  readonly kind: 'evt' | 'rpc';
  /** The service that publishes or answers, such as `mail`. */
  readonly owner: string;
  readonly files: readonly DescFile[];
  readonly messages: readonly DescMessage[];
  readonly enums: readonly DescEnum[];
  readonly services: readonly DescService[];
}

/**
 * Runs buf in this package's folder and returns what it prints.
 *
 * @throws Error with buf's own words when buf refuses.
 */
export function runBuf(args: readonly string[]): Buffer {
  return execFileSync(buf, args, { cwd: packageFolder, maxBuffer: 64 * 1024 * 1024 });
}

/** Reads every contract of the workspace, sorted by kind and owner; messages stay in the order of their files. */
export function readContracts(): Contract[] {
  const image = runBuf(['build', '--as-file-descriptor-set', '-o', '-']);
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const filesByPackage = Map.groupBy(registry.files, (file) => file.proto.package);
  const contracts: Contract[] = [];
  for (const packageName of [...filesByPackage.keys()].sort()) {
    const match = /^(evt|rpc)\.([a-z]+)\.v\d+$/.exec(packageName);
    if (!match) continue;
    const files = (filesByPackage.get(packageName) ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    contracts.push({
      kind: match[1] as 'evt' | 'rpc',
      owner: match[2] as string,
      files,
      messages: files.flatMap((file) => file.messages),
      enums: files.flatMap((file) => file.enums),
      services: files.flatMap((file) => file.services),
    });
  }
  return contracts;
}
