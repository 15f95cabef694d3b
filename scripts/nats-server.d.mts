/** nats-server cannot be had here; the message is one line that says what to do. */
export class NatsServerMissing extends Error {}

/** Where to look, and whom to tell. */
export interface FindNatsServerOptions {
  /** Folder whose `bin` holds (or will hold) an unpacked nats-server; a cache below node_modules unless given. */
  dataDir?: string;
  /** Read for NATS_SERVER and PATH; the process's own unless given. */
  env?: NodeJS.ProcessEnv;
  /** Folders searched after PATH. */
  serverFolders?: string[];
  /** Told in words when something slow begins. */
  announce?: (line: string) => void;
  /** Aborted: gives up and removes what it unpacked so far. */
  signal?: AbortSignal;
}

/**
 * The path of a nats-server that runs on this machine.
 * Looks at NATS_SERVER, PATH, `<dataDir>/bin`; then unpacks Debian's package into `<dataDir>/bin` (no root).
 * @throws {NatsServerMissing} with one line for the person at the terminal
 */
export function findNatsServer(options?: FindNatsServerOptions): Promise<string>;
