import { AppError } from '@switchboard/errors';

/** The configured providers of one kind. Built once in the composition root, then read-only. */
export class ProviderRegistry<P extends { readonly id: string }> {
  readonly #byId: ReadonlyMap<string, P>;

  constructor(
    readonly kind: string,
    providers: readonly P[],
  ) {
    this.#byId = new Map(providers.map((provider) => [provider.id, provider]));
    if (this.#byId.size !== providers.length) throw new Error(`Two ${kind} providers share an id`);
  }

  get ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  /** @throws AppError UNSUPPORTED */
  get(id: string): P {
    const provider = this.#byId.get(id);
    if (!provider) throw new AppError('UNSUPPORTED', `No ${this.kind} provider "${id}" is configured`);
    return provider;
  }
}

/**
 * A role that a provider holds, such as `sender`; one it cannot play is absent.
 * @throws AppError UNSUPPORTED
 */
export function requireRole<P extends { readonly id: string }, R extends keyof P & string>(
  provider: P,
  role: R,
): NonNullable<P[R]> {
  const held = provider[role];
  if (held === undefined || held === null) {
    throw new AppError('UNSUPPORTED', `${provider.id} has no ${role}`, {
      publicMessage: 'This connection does not support that action.',
    });
  }
  return held;
}
