import { AppError } from '@switchboard/errors';

/** Why a stream is over before its client wanted it to be. */
export type EndReason =
  /** The access token has expired: connect again with a new one. */
  | 'EXPIRED'
  /** The key or session is no longer good. */
  | 'REVOKED'
  /** The workspace is suspended. */
  | 'SUSPENDED'
  /** Nobody can tell at the moment whether the credential is good. */
  | 'UNVERIFIED'
  /** The client reads more slowly than events arrive. */
  | 'TOO_SLOW'
  /** This process stops: connect again, to another one. */
  | 'STOPPING';

interface Ending {
  /** Close code of a WebSocket: 44xx are those of graphql-transport-ws, 10xx those of RFC 6455. */
  readonly closeCode: number;
  readonly code: ConstructorParameters<typeof AppError>[0];
  readonly message: string;
}

/** What each reason means on either transport. */
export const ENDINGS: Readonly<Record<EndReason, Ending>> = {
  EXPIRED: { closeCode: 4401, code: 'UNAUTHENTICATED', message: 'The access token has expired.' },
  REVOKED: { closeCode: 4401, code: 'UNAUTHENTICATED', message: 'The credentials are not valid any more.' },
  SUSPENDED: { closeCode: 4401, code: 'UNAUTHENTICATED', message: 'The workspace is suspended.' },
  UNVERIFIED: { closeCode: 1013, code: 'UNAVAILABLE', message: 'Temporarily unavailable. Connect again.' },
  TOO_SLOW: {
    closeCode: 4408,
    code: 'RATE_LIMITED',
    message: 'Read too slowly; resume after the last event.',
  },
  STOPPING: { closeCode: 1001, code: 'UNAVAILABLE', message: 'Going away. Connect again.' },
};

/** The end of a stream, as an error. */
export function endedError(reason: EndReason): AppError {
  const { code, message } = ENDINGS[reason];
  return new AppError(code, `Stream ended: ${reason}`, { publicMessage: message });
}
