import { Ring } from '../bounded.ts';
import type { VendorName } from '../vendor.ts';

/** One request that a vendor of the sandbox received. */
export interface RequestRecord {
  readonly id: string;
  readonly vendor: VendorName;
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  /** Path without the query, with the vendor's prefix. */
  readonly path: string;
  readonly query: unknown;
  /** `authorization` shows its scheme only. */
  readonly headers: Record<string, string>;
  body: unknown;
  /** Null until answered, and for good when the answer was dropped. */
  status: number | null;
  answer: unknown;
  /** Whether the request changed the vendor's state. */
  effect: boolean;
  /** Id of the fault that was applied. */
  fault: string | null;
  dropped: boolean;
  durationMs: number | null;
}

const REQUESTS_MAX = 5_000;

/** The last 5,000 requests of all vendors. */
export class RequestLog {
  readonly #ring = new Ring<RequestRecord>(REQUESTS_MAX);

  add(record: RequestRecord): void {
    this.#ring.push(record);
  }

  /** Newest first. */
  list(filter: { vendor?: string | undefined; limit?: number | undefined }): RequestRecord[] {
    const records = this.#ring.newestFirst();
    const wanted = filter.vendor ? records.filter((record) => record.vendor === filter.vendor) : records;
    return wanted.slice(0, filter.limit ?? REQUESTS_MAX);
  }

  clear(): void {
    this.#ring.clear();
  }
}
