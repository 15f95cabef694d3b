import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { VENDOR_NAMES, type VendorName } from '../vendor.ts';

/** What `POST /control/faults` accepts. */
export const faultInput = z
  .strictObject({
    vendor: z.enum(VENDOR_NAMES),
    /** Regular expression on "METHOD path"; absent: every request. */
    match: z.string().min(1).optional(),
    /** Answer with this status instead of doing the work. */
    status: z.int().min(400).max(599).optional(),
    /** Hold the answer back. The work is done at once, unless `status` is given. */
    delayMs: z.int().min(0).max(120_000).optional(),
    /** How many requests it applies to (1). For a fault of callbacks only: how many callbacks (no end). */
    times: z.int().min(1).max(1_000_000).optional(),
    /** Do the work, then cut the connection without an answer. */
    dropResponseAfterEffect: z.boolean().optional(),
    /** Extra copies of each callback; true means one. */
    duplicateCallbacks: z.union([z.boolean(), z.int().min(1).max(20)]).optional(),
    /** Hold callbacks for a moment and send them in reverse order. */
    shuffleCallbacks: z.boolean().optional(),
    /** Spoil the signature of callbacks. */
    badSignature: z.boolean().optional(),
  })
  .refine((fault) => !(fault.status !== undefined && fault.dropResponseAfterEffect), {
    message: 'status and dropResponseAfterEffect exclude each other: with a status the work is not done',
  })
  .refine(
    (fault) =>
      fault.status !== undefined ||
      fault.delayMs !== undefined ||
      fault.dropResponseAfterEffect ||
      fault.duplicateCallbacks ||
      fault.shuffleCallbacks ||
      fault.badSignature,
    { message: 'the fault does nothing: give status, delayMs, dropResponseAfterEffect or a callback fault' },
  )
  .refine((fault) => fault.match === undefined || isRegularExpression(fault.match), {
    message: 'match is no regular expression',
  });

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

/** A fault on requests. */
export interface RequestFault {
  readonly id: string;
  readonly status?: number | undefined;
  readonly delayMs?: number | undefined;
  readonly dropResponseAfterEffect: boolean;
}

/** What happens to one callback. */
export interface CallbackFault {
  readonly copies: number;
  readonly shuffle: boolean;
  readonly badSignature: boolean;
}

interface Fault extends RequestFault {
  readonly vendor: VendorName;
  readonly match: RegExp | undefined;
  readonly copies: number;
  readonly shuffle: boolean;
  readonly badSignature: boolean;
  requestsLeft: number;
  callbacksLeft: number;
}

/** The faults in force. */
export class FaultBook {
  #faults: Fault[] = [];

  add(input: z.output<typeof faultInput>): FaultView {
    const onRequests =
      input.status !== undefined || input.delayMs !== undefined || Boolean(input.dropResponseAfterEffect);
    const onCallbacks = Boolean(input.duplicateCallbacks || input.shuffleCallbacks || input.badSignature);
    const fault: Fault = {
      id: randomUUID(),
      vendor: input.vendor,
      match: input.match === undefined ? undefined : new RegExp(input.match),
      status: input.status,
      delayMs: input.delayMs,
      dropResponseAfterEffect: input.dropResponseAfterEffect ?? false,
      copies: Number(input.duplicateCallbacks ?? 0),
      shuffle: input.shuffleCallbacks ?? false,
      badSignature: input.badSignature ?? false,
      requestsLeft: onRequests ? (input.times ?? 1) : 0,
      callbacksLeft: onCallbacks ? (input.times ?? Number.POSITIVE_INFINITY) : 0,
    };
    this.#faults.push(fault);
    return view(fault);
  }

  /** Takes the first fault that fits the request, and counts it. */
  takeForRequest(vendor: VendorName, method: string, path: string): RequestFault | undefined {
    const fault = this.#faults.find(
      (candidate) =>
        candidate.vendor === vendor &&
        candidate.requestsLeft > 0 &&
        (candidate.match?.test(`${method} ${path}`) ?? true),
    );
    if (fault) fault.requestsLeft -= 1;
    return fault;
  }

  /** All callback faults of the vendor together; each is counted. */
  takeForCallback(vendor: VendorName): CallbackFault {
    const faults = this.#faults.filter((fault) => fault.vendor === vendor && fault.callbacksLeft > 0);
    for (const fault of faults) fault.callbacksLeft -= 1;
    return {
      copies: faults.reduce((copies, fault) => copies + fault.copies, 0),
      shuffle: faults.some((fault) => fault.shuffle),
      badSignature: faults.some((fault) => fault.badSignature),
    };
  }

  list(): FaultView[] {
    return this.#faults.map(view);
  }

  /** Removes all faults, or one vendor's; answers how many. */
  clear(vendor?: string): number {
    const before = this.#faults.length;
    this.#faults = vendor ? this.#faults.filter((fault) => fault.vendor !== vendor) : [];
    return before - this.#faults.length;
  }
}

/** A fault as the control API shows it. `callbacksLeft` is null when it has no end. */
export interface FaultView {
  readonly id: string;
  readonly vendor: VendorName;
  readonly match: string | null;
  readonly status: number | null;
  readonly delayMs: number | null;
  readonly dropResponseAfterEffect: boolean;
  readonly duplicateCallbacks: number;
  readonly shuffleCallbacks: boolean;
  readonly badSignature: boolean;
  readonly requestsLeft: number;
  readonly callbacksLeft: number | null;
}

function view(fault: Fault): FaultView {
  return {
    id: fault.id,
    vendor: fault.vendor,
    match: fault.match?.source ?? null,
    status: fault.status ?? null,
    delayMs: fault.delayMs ?? null,
    dropResponseAfterEffect: fault.dropResponseAfterEffect,
    duplicateCallbacks: fault.copies,
    shuffleCallbacks: fault.shuffle,
    badSignature: fault.badSignature,
    requestsLeft: fault.requestsLeft,
    callbacksLeft: Number.isFinite(fault.callbacksLeft) ? fault.callbacksLeft : null,
  };
}
