import { ProviderError } from '@switchboard/errors';
import { Secret } from '@switchboard/observability';
import { z } from 'zod';
import type { KeyKeeper } from '../key-keeper.ts';

const TIMEOUT_MS = 5_000;
const ATTEMPTS = 3;
const PAUSE_MS = 1_000;

const answer = z.object({ data: z.object({ plaintext: z.string().min(1) }) });

/** Where the service is, as whom it is asked, and which of its keys decrypts. */
export interface TransitAccess {
  readonly url: string;
  readonly token: Secret;
  readonly keyName: string;
}

/** HashiCorp Vault's transit engine, or OpenBao's. https://developer.hashicorp.com/vault/api-docs/secret/transit#decrypt-data */
export class TransitKeyKeeper implements KeyKeeper {
  constructor(
    private readonly access: TransitAccess,
    private readonly pauseMs = PAUSE_MS,
  ) {}

  async decrypt(ciphertext: string): Promise<Secret> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#ask(ciphertext);
      } catch (thrown) {
        const isAway = thrown instanceof ProviderError && thrown.code === 'UNAVAILABLE';
        if (!isAway || attempt === ATTEMPTS) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
      }
    }
  }

  async #ask(ciphertext: string): Promise<Secret> {
    const { url, token, keyName } = this.access;
    const response = await fetch(`${url}/v1/transit/decrypt/${encodeURIComponent(keyName)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-vault-token': token.reveal() },
      body: JSON.stringify({ ciphertext }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause) => {
      throw refusal('UNAVAILABLE', undefined, cause);
    });
    // 503 is a sealed or standby server: developer.hashicorp.com/vault/api-docs#http-status-codes
    if (response.status >= 500 || response.status === 429) throw refusal('UNAVAILABLE', response.status);
    if (!response.ok) throw refusal('REJECTED', response.status);
    const parsed = answer.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success) throw refusal('REJECTED', response.status);
    return new Secret(parsed.data.data.plaintext);
  }
}

/** Only the status is kept: an answer of a key service has no place in a log. */
function refusal(code: 'UNAVAILABLE' | 'REJECTED', status?: number, cause?: unknown): ProviderError {
  const vendorCode = status === undefined ? undefined : String(status);
  return new ProviderError(code, { vendor: 'transit', operation: 'decrypt', vendorCode }, { cause });
}
