/** A mail as it lies in an INBOX. */
export interface StoredMail {
  readonly uid: number;
  /** When it came (INTERNALDATE). */
  readonly arrivedAt: Date;
  readonly raw: Buffer;
}

const MAILS_MAX = 1_000;
const BYTES_MAX = 256 * 1_024 * 1_024;

/**
 * The one mailbox of an account. UIDs only grow while UIDVALIDITY stays (RFC 3501 section 2.3.1.1); the oldest mails go
 * when there are more than 1,000, or 256 MB.
 */
export class Inbox {
  #uidValidity: number;
  #uidNext = 1;
  #mails: StoredMail[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #rebuilt = new Set<() => void>();

  constructor(uidValidity: number) {
    this.#uidValidity = uidValidity;
  }

  get uidValidity(): number {
    return this.#uidValidity;
  }

  get uidNext(): number {
    return this.#uidNext;
  }

  /** In the order of their UIDs; a mail's sequence number is its place here, from 1. */
  get mails(): readonly StoredMail[] {
    return this.#mails;
  }

  append(raw: Buffer, arrivedAt: Date): StoredMail {
    const mail = { uid: this.#uidNext, arrivedAt, raw };
    this.#uidNext += 1;
    this.#mails.push(mail);
    let bytes = this.#mails.reduce((sum, one) => sum + one.raw.length, 0);
    while (this.#mails.length > MAILS_MAX || (bytes > BYTES_MAX && this.#mails.length > 1)) {
      bytes -= this.#mails.shift()?.raw.length ?? 0;
    }
    for (const watcher of [...this.#watchers]) watcher();
    return mail;
  }

  /** As after a restore: the same mails under other UIDs. */
  rebuild(): void {
    this.#uidValidity += 1;
    this.#mails = this.#mails.map((mail, index) => ({ ...mail, uid: index + 1 }));
    this.#uidNext = this.#mails.length + 1;
    for (const watcher of [...this.#rebuilt]) watcher();
  }

  /** @returns a function that stops watching. */
  watch(watchers: { arrived(): void; rebuilt(): void }): () => void {
    this.#watchers.add(watchers.arrived);
    this.#rebuilt.add(watchers.rebuilt);
    return () => {
      this.#watchers.delete(watchers.arrived);
      this.#rebuilt.delete(watchers.rebuilt);
    };
  }
}
