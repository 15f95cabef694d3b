import type { Loop } from '@switchboard/messaging';
import type { ServiceRooms } from '@switchboard/service';
import type { Lookups } from '../graphql/subgraph.ts';
import type { AuthAnswersDeps } from '../rpc/auth-answers.ts';

/** One theme of the service, put together: what it brings to the graph, the broker and the server. */
export interface Theme<L extends keyof Lookups = never, A extends keyof AuthAnswersDeps = never> {
  readonly resolvers: readonly object[];
  readonly lookups: Pick<Lookups, L>;
  readonly answers: Pick<AuthAnswersDeps, A>;
  /** Work that is done by itself, already started. */
  readonly loops: readonly Loop[];
  readonly routes?: NonNullable<ServiceRooms['routes']>;
}
