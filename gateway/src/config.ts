import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The services behind the gateway; each is one subgraph. */
export const SERVICES = ['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'] as const;
export type ServiceName = (typeof SERVICES)[number];

const schema = z.object({
  GATEWAY_HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on.' }),
  GATEWAY_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(4000)
    .meta({ description: 'Port to listen on.' }),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:4000')
    .meta({ description: 'Where clients and vendors reach the gateway.' }),
  LOG_LEVEL: z.string().default('info').meta({ description: 'Lowest level that is logged.' }),
  GATEWAY_IDENTITY_PRIVATE_JWK: z
    .string()
    .min(1)
    .meta({ secret: true, description: 'Private Ed25519 key (JWK) that signs identities for subgraphs.' }),
  GATEWAY_JWKS_URL: z
    .url()
    .default('http://127.0.0.1:4001/.well-known/jwks.json')
    .meta({ description: "Auth's public keys, which verify sessions." }),
  GATEWAY_SUPERGRAPH_FILE: z
    .string()
    .default(fileURLToPath(new URL('../supergraph.graphql', import.meta.url)))
    .meta({ description: 'The composed supergraph.' }),
  NATS_URL: z.string().default('nats://127.0.0.1:4020').meta({ description: 'The broker.' }),
  GATEWAY_NATS_PASSWORD: z
    .string()
    .min(1)
    .meta({ secret: true, description: "Password of the broker's user `gateway`." }),
  GATEWAY_TRUSTED_PROXIES: z.string().optional().meta({
    description: 'Addresses of load balancers whose X-Forwarded-For is believed, separated by commas.',
  }),
  GATEWAY_AUTH_URL: serviceUrl('auth', 4001),
  GATEWAY_MAIL_URL: serviceUrl('mail', 4002),
  GATEWAY_TELEPHONY_URL: serviceUrl('telephony', 4003),
  GATEWAY_BILLING_URL: serviceUrl('billing', 4004),
  GATEWAY_MEETINGS_URL: serviceUrl('meetings', 4005),
  GATEWAY_AUDIT_URL: serviceUrl('audit', 4006),
});

function serviceUrl(name: ServiceName, port: number) {
  return z
    .url({ protocol: /^https?$/ })
    .default(`http://127.0.0.1:${port}`)
    .meta({ description: `Base URL of ${name}.` });
}

/** Every variable with its default and description, for generated tables. */
export const gatewayConfigSchema = schema;

export interface GatewayConfig {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly logLevel: string;
  readonly identityPrivateJwk: Readonly<Record<string, unknown>>;
  readonly jwksUrl: string;
  readonly supergraphFile: string;
  readonly broker: { readonly url: string; readonly password: string };
  readonly trustedProxies: readonly string[];
  readonly serviceUrls: Readonly<Record<ServiceName, string>>;
}

/** @throws Error that names every variable that is missing or wrong, without its value. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`Configuration of the gateway:\n${lines.join('\n')}`);
  }
  const values = parsed.data;
  return {
    host: values.GATEWAY_HOST,
    port: values.GATEWAY_PORT,
    publicUrl: values.PUBLIC_URL,
    logLevel: values.LOG_LEVEL,
    identityPrivateJwk: parseJwk(values.GATEWAY_IDENTITY_PRIVATE_JWK),
    jwksUrl: values.GATEWAY_JWKS_URL,
    supergraphFile: values.GATEWAY_SUPERGRAPH_FILE,
    broker: { url: values.NATS_URL, password: values.GATEWAY_NATS_PASSWORD },
    trustedProxies: values.GATEWAY_TRUSTED_PROXIES?.split(',').map((entry) => entry.trim()) ?? [],
    serviceUrls: {
      auth: values.GATEWAY_AUTH_URL,
      mail: values.GATEWAY_MAIL_URL,
      telephony: values.GATEWAY_TELEPHONY_URL,
      billing: values.GATEWAY_BILLING_URL,
      meetings: values.GATEWAY_MEETINGS_URL,
      audit: values.GATEWAY_AUDIT_URL,
    },
  };
}

function parseJwk(text: string): Readonly<Record<string, unknown>> {
  try {
    return z
      .looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), d: z.string() })
      .parse(JSON.parse(text));
  } catch {
    throw new Error('Configuration of the gateway:\nGATEWAY_IDENTITY_PRIVATE_JWK: not a private Ed25519 JWK');
  }
}
