import type { CallbackRecord, Mail, RequestRecord, VendorName } from '@switchboard/vendor-sandbox';

/** Which of a vendor's requests are meant; all of them where nothing is said. */
export interface WantedRequests {
  readonly method?: string;
  /** Part of the path, or a pattern it matches. */
  readonly path?: string | RegExp;
  /** Part of the body, as JSON. */
  readonly body?: string;
}

/** The sandbox's control API. Every method throws with the sandbox's own words when it refuses. */
export class SandboxControl {
  /** @param url where the sandbox listens. */
  constructor(readonly url: string) {}

  /** Has a vendor misbehave: `fault({ vendor: 'twilio', match: 'POST .*', status: 503 })`. */
  fault(fault: { readonly vendor: VendorName } & Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#ask('POST', 'faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#ask('DELETE', 'faults');
  }

  /** Forgets everything but the published accounts. */
  async reset(): Promise<void> {
    await this.#ask('POST', 'reset');
  }

  /** Makes something happen at a vendor: `simulate('paypal', 'approve', { orderId })`. */
  simulate(vendor: VendorName, what: string, input: object): Promise<unknown> {
    return this.#ask('POST', `simulate/${vendor}/${what}`, input);
  }

  /** Opens another account at a vendor. @returns its credentials, as a connection takes them. */
  async openAccount(vendor: VendorName): Promise<Record<string, string>> {
    const { credentials } = await this.#ask<{ credentials: Record<string, string> }>('POST', 'accounts', {
      vendor,
    });
    return credentials;
  }

  /** The mails to an address, newest first. */
  async mailsTo(address: string): Promise<readonly Mail[]> {
    const { mails } = await this.#ask<{ mails: Mail[] }>('GET', `mailbox?to=${encodeURIComponent(address)}`);
    return mails;
  }

  /** What a vendor received, newest first, of the last 5,000 requests. */
  async requests(vendor: VendorName): Promise<readonly RequestRecord[]> {
    const path = `requests?vendor=${vendor}&limit=5000`;
    return (await this.#ask<{ requests: RequestRecord[] }>('GET', path)).requests;
  }

  /** How many requests changed something at a vendor. */
  async effects(vendor: VendorName, wanted: WantedRequests = {}): Promise<number> {
    return (await this.requests(vendor)).filter((request) => request.effect && isWanted(request, wanted))
      .length;
  }

  /** What a vendor called back, newest first. */
  async callbacks(vendor: VendorName): Promise<readonly CallbackRecord[]> {
    const path = `callbacks?vendor=${vendor}`;
    return (await this.#ask<{ callbacks: CallbackRecord[] }>('GET', path)).callbacks;
  }

  async #ask<T>(method: string, path: string, input?: object): Promise<T> {
    const body = input && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    };
    const response = await fetch(`${this.url}/control/${path}`, { method, ...body });
    const text = await response.text();
    if (!response.ok) throw new Error(`sandbox: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

function isWanted(request: RequestRecord, { method, path, body }: WantedRequests): boolean {
  if (method !== undefined && request.method !== method) return false;
  if (typeof path === 'string' && !request.path.includes(path)) return false;
  if (path instanceof RegExp && !path.test(request.path)) return false;
  return body === undefined || JSON.stringify(request.body ?? '').includes(body);
}
