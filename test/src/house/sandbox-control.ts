/** A mail as the sandbox's mailbox shows it. */
export interface SandboxMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly via: string;
  readonly to: readonly { readonly address: string }[];
}

/** A request that a vendor received. */
export interface SandboxRequest {
  readonly vendor: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly effect: boolean;
}

/** The sandbox's control API. */
export class SandboxControl {
  constructor(readonly url: string) {}

  async mailsTo(address: string): Promise<readonly SandboxMail[]> {
    const { mails } = await this.#get<{ mails: SandboxMail[] }>(`mailbox?to=${encodeURIComponent(address)}`);
    return mails;
  }

  async requests(vendor: string): Promise<readonly SandboxRequest[]> {
    const { requests } = await this.#get<{ requests: SandboxRequest[] }>(
      `requests?vendor=${vendor}&limit=5000`,
    );
    return requests;
  }

  /** Makes something happen at a vendor: `simulate('paypal', 'approve', { orderId })`. */
  simulate(vendor: string, what: string, input: object): Promise<unknown> {
    return this.#post(`simulate/${vendor}/${what}`, input);
  }

  /** Has a vendor misbehave. */
  fault(fault: object): Promise<unknown> {
    return this.#post('faults', fault);
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.url}/control/faults`, { method: 'DELETE' });
  }

  async #get<T>(path: string): Promise<T> {
    return answer<T>(await fetch(`${this.url}/control/${path}`));
  }

  async #post(path: string, input: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return answer(
      await fetch(`${this.url}/control/${path}`, { method: 'POST', headers, body: JSON.stringify(input) }),
    );
  }
}

async function answer<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`sandbox: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
