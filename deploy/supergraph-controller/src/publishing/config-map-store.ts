import { gunzipSync, gzipSync } from 'node:zlib';
import type { V1ConfigMap } from '@kubernetes/client-node';
import {
  type NewVersion,
  type SubgraphSdls,
  type SupergraphStore,
  type SupergraphVersion,
  supergraphHash,
  VERSIONS_KEPT,
} from '@switchboard/composition/store';
import { AppError } from '@switchboard/errors';
import { type Cluster, statusOf, unlessMissing } from '../kubernetes/cluster.ts';
import { ANNOTATIONS, type ObjectNames, VERSION_LABEL } from '../names.ts';

const SDL_KEY = 'supergraph.graphql';
const SUBGRAPHS_KEY = 'subgraphs.json.gz';
/** A ConfigMap holds 1 MiB (https://kubernetes.io/docs/concepts/configuration/configmap/); the rest is for its frame. */
const BYTES_MAX = 1_024 * 1_024 - 16 * 1_024;
/** A number may have been given out by a leader that ended before it was done. */
const NUMBERS_TRIED = 20;

/** What an operator wrote on the current ConfigMap. */
export interface OperatorWishes {
  readonly rollbackTo: number | undefined;
  readonly heldHash: string | undefined;
  readonly acceptBreaking: string | undefined;
}

/**
 * Supergraphs in ConfigMaps: an immutable one per version, and the current one, which gateways mount. Every change of
 * the current one states the resourceVersion that it was read at, so that of two writers one is refused.
 */
export class ConfigMapStore implements SupergraphStore {
  #read: V1ConfigMap | undefined;

  /** @param mayWrite asked before every write: whether this replica leads. */
  constructor(
    private readonly cluster: Cluster,
    private readonly names: ObjectNames,
    private readonly mayWrite: () => boolean,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async current(): Promise<SupergraphVersion | undefined> {
    this.#read = await this.#find(this.names.current);
    const sdl = this.#read?.data?.[SDL_KEY];
    if (!sdl) return undefined;
    return { version: this.#number(ANNOTATIONS.version), hash: supergraphHash(sdl), sdl };
  }

  async versions(): Promise<readonly number[]> {
    if (!this.#read) await this.current();
    return this.#kept();
  }

  /** The parts of the version that `current` read; undefined when they are not known. */
  async currentSubgraphs(): Promise<SubgraphSdls | undefined> {
    const version = this.#number(ANNOTATIONS.version);
    if (version === 0) return undefined;
    const packed = (await this.#find(this.names.version(version)))?.binaryData?.[SUBGRAPHS_KEY];
    return packed ? JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8')) : undefined;
  }

  /** What an operator asked for, as `current` read it. */
  get wishes(): OperatorWishes {
    const { [ANNOTATIONS.held]: heldHash, [ANNOTATIONS.acceptBreaking]: acceptBreaking } =
      this.#annotations();
    const rollbackTo = this.#number(ANNOTATIONS.rollbackTo) || undefined;
    return { rollbackTo, heldHash, acceptBreaking };
  }

  async publish({ sdl, subgraphs }: NewVersion): Promise<SupergraphVersion> {
    const packed = gzipSync(JSON.stringify(subgraphs)).toString('base64');
    const bytes = Buffer.byteLength(sdl) + packed.length;
    if (bytes > BYTES_MAX) {
      throw new AppError(
        'REJECTED',
        `the supergraph takes ${bytes} bytes; a ConfigMap holds 1 MiB, of which ${BYTES_MAX} bytes are for it`,
      );
    }
    if (!this.#read) await this.current();
    const hash = supergraphHash(sdl);
    const version = await this.#createVersion(hash, sdl, packed);
    const kept = [...this.#kept(), version];
    const keptNow = kept.slice(-VERSIONS_KEPT);
    try {
      await this.#writeCurrent(sdl, {
        [ANNOTATIONS.version]: String(version),
        [ANNOTATIONS.hash]: hash,
        [ANNOTATIONS.latest]: String(version),
        [ANNOTATIONS.kept]: keptNow.join(','),
      });
    } catch (thrown) {
      await this.#delete(version).catch(() => {});
      throw thrown;
    }
    for (const old of kept.slice(0, -VERSIONS_KEPT)) await this.#delete(old).catch(() => {});
    return { version, hash, sdl };
  }

  async rollback(wanted?: number): Promise<SupergraphVersion> {
    const current = await this.current();
    const kept = this.#kept();
    const version = wanted ?? kept.filter((one) => one < (current?.version ?? 0)).at(-1);
    const found = version === undefined ? undefined : await this.#find(this.names.version(version));
    const sdl = found?.data?.[SDL_KEY];
    if (version === undefined || sdl === undefined) {
      const known = kept.join(', ') || 'none';
      throw new AppError('NOT_FOUND', `there is no version ${wanted ?? 'before this one'}; kept: ${known}`);
    }
    const hash = supergraphHash(sdl);
    await this.#writeCurrent(sdl, {
      [ANNOTATIONS.version]: String(version),
      [ANNOTATIONS.hash]: hash,
      [ANNOTATIONS.latest]: String(this.#number(ANNOTATIONS.latest)),
      [ANNOTATIONS.kept]: kept.join(','),
      ...(current && current.hash !== hash && { [ANNOTATIONS.held]: current.hash }),
    });
    return { version, hash, sdl };
  }

  /** Takes back a wish that cannot be met, so that it is told once. */
  async forgetRollback(): Promise<void> {
    const sdl = this.#read?.data?.[SDL_KEY] ?? '';
    const { [ANNOTATIONS.rollbackTo]: _wish, ...others } = this.#annotations();
    const own = new Set<string>(Object.values(ANNOTATIONS));
    await this.#writeCurrent(
      sdl,
      Object.fromEntries(Object.entries(others).filter(([name]) => own.has(name))),
    );
  }

  /** @returns the first free number after the last one. */
  async #createVersion(hash: string, sdl: string, packed: string): Promise<number> {
    const first = Math.max(this.#number(ANNOTATIONS.latest), this.#number(ANNOTATIONS.version)) + 1;
    for (let version = first; version < first + NUMBERS_TRIED; version += 1) {
      this.#requireLead();
      const body = {
        metadata: {
          name: this.names.version(version),
          labels: { [VERSION_LABEL]: String(version) },
          annotations: { [ANNOTATIONS.hash]: hash, [ANNOTATIONS.publishedAt]: this.now().toISOString() },
        },
        immutable: true,
        data: { [SDL_KEY]: sdl },
        binaryData: { [SUBGRAPHS_KEY]: packed },
      };
      try {
        await this.cluster.core.createNamespacedConfigMap({ namespace: this.cluster.namespace, body });
        return version;
      } catch (thrown) {
        if (statusOf(thrown) !== 409) throw thrown;
      }
    }
    throw new AppError('CONFLICT', `no free version number after ${first}`);
  }

  async #writeCurrent(sdl: string, annotations: Readonly<Record<string, string>>): Promise<void> {
    this.#requireLead();
    const { namespace, core } = this.cluster;
    const own = new Set<string>(Object.values(ANNOTATIONS));
    const foreign = Object.entries(this.#annotations()).filter(([name]) => !own.has(name));
    const metadata = {
      ...this.#read?.metadata,
      name: this.names.current,
      annotations: {
        ...Object.fromEntries(foreign),
        ...annotations,
        [ANNOTATIONS.publishedAt]: this.now().toISOString(),
      },
    };
    const body: V1ConfigMap = {
      metadata,
      data: { [SDL_KEY]: sdl, version: annotations[ANNOTATIONS.version] ?? '0', hash: supergraphHash(sdl) },
    };
    try {
      this.#read = this.#read
        ? await core.replaceNamespacedConfigMap({ namespace, name: this.names.current, body })
        : await core.createNamespacedConfigMap({ namespace, body });
    } catch (cause) {
      this.#read = undefined;
      if (statusOf(cause) !== 409) throw cause;
      throw new AppError('CONFLICT', `${this.names.current} was changed meanwhile`, { cause });
    }
  }

  #requireLead(): void {
    if (!this.mayWrite()) throw new AppError('CONFLICT', 'another replica leads now');
  }

  async #delete(version: number): Promise<void> {
    const { namespace, core } = this.cluster;
    await unlessMissing(core.deleteNamespacedConfigMap({ namespace, name: this.names.version(version) }));
  }

  #find(name: string): Promise<V1ConfigMap | undefined> {
    const { namespace, core } = this.cluster;
    return unlessMissing(core.readNamespacedConfigMap({ namespace, name }));
  }

  #annotations(): Readonly<Record<string, string>> {
    return this.#read?.metadata?.annotations ?? {};
  }

  #number(name: string): number {
    const value = Number(this.#annotations()[name]);
    return Number.isSafeInteger(value) && value > 0 ? value : 0;
  }

  #kept(): number[] {
    return (this.#annotations()[ANNOTATIONS.kept] ?? '').split(',').flatMap((text) => Number(text) || []);
  }
}
