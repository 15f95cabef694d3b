import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@switchboard/observability';
import { exportJWK, generateKeyPair } from 'jose';
import { createGateway } from '../../src/gateway.ts';

/** What the fake auth answers to each field that the page asks for. */
export interface FakeAuth {
  /** Answers of `userSignUp` and the like by the operation's field; absent: the service hangs up. */
  answers: Record<string, unknown> | undefined;
  /** What was asked, oldest first. */
  readonly asked: { readonly query: string; readonly variables: Record<string, unknown> }[];
}

export interface ServedPage {
  readonly url: string;
  readonly auth: FakeAuth;
  close(): Promise<void>;
}

/** The gateway with the committed supergraph, the built explorer, a fake auth and no other service. */
export async function servePage(): Promise<ServedPage> {
  const auth: FakeAuth = { answers: {}, asked: [] };
  const fake = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const question = JSON.parse(Buffer.concat(chunks).toString()) as FakeAuth['asked'][number];
    auth.asked.push(question);
    if (!auth.answers) return response.destroy();
    const data = Object.fromEntries(
      Object.entries(auth.answers).filter(([field]) => question.query.includes(field)),
    );
    return response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
  const nowhere = 'http://127.0.0.1:9';
  const identity = await generateKeyPair('EdDSA', { extractable: true });
  const gateway = await createGateway({
    config: {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'http://localhost:4000',
      identityPrivateJwk: (await exportJWK(identity.privateKey)) as Record<string, unknown>,
      jwksUrl: `${nowhere}/jwks`,
      trustedProxies: [],
      serviceUrls: {
        auth: `http://127.0.0.1:${(fake.address() as AddressInfo).port}`,
        mail: nowhere,
        telephony: nowhere,
        billing: nowhere,
        meetings: nowhere,
        audit: nowhere,
      },
    },
    supergraphSdl: readFileSync(new URL('../../supergraph.graphql', import.meta.url), 'utf8'),
    apiKeyVerifier: { verify: async () => undefined },
    sessionChecker: { isOpen: async () => true },
    toolAudit: { begin: async () => {}, finish: async () => {} },
    logger: createLogger('gateway', { level: 'silent' }),
  });
  const url = await gateway.listen();
  return {
    url,
    auth,
    async close() {
      await gateway.close();
      await new Promise<void>((resolve) => {
        fake.close(() => resolve());
        fake.closeAllConnections();
      });
    },
  };
}
