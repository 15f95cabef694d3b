import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ConfigShape, type Environment, parseConfig, port } from '@switchboard/config';
import { z } from 'zod';
import { SUBSCRIPTION_LIMITS, type SubscriptionLimits } from './subscriptions/subscriptions.ts';

/** The services behind the gateway; each is one subgraph. */
export const SERVICES = ['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** The supergraph that comes with the gateway. */
export const COMMITTED_SUPERGRAPH = fileURLToPath(new URL('../supergraph.graphql', import.meta.url));

const webAddress = z.url({ protocol: /^https?$/ });

const identityJwk = z.string().transform((text, context): Readonly<Record<string, unknown>> => {
  const parsed = privateEd25519.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'not a private Ed25519 JWK' });
  return z.NEVER;
});

const privateEd25519 = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), d: z.string() });

/** What callers may spend, in points. */
export interface CallerLimits {
  readonly bucketPoints: number;
  readonly refillPerMinute: number;
  readonly operationCostMax: number;
}

export const DEFAULT_CALLER_LIMITS: CallerLimits = {
  bucketPoints: 10_000,
  refillPerMinute: 1_000,
  operationCostMax: 5_000,
};

/** Memory for entities that services let the gateway keep. */
export const ENTITY_CACHE_MIB = 32;

/** Every variable of the gateway, with its default and description. */
export const gatewayConfig = {
  base: z.object({
    GATEWAY_HOST: z.string().default('127.0.0.1').meta({ description: 'Address the gateway listens on.' }),
    GATEWAY_PORT: port(4000, 'Port of the gateway.'),
    PUBLIC_URL: webAddress
      .default('http://localhost:4000')
      .meta({ description: 'Where clients and vendors reach the gateway; https adds HSTS.' }),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .meta({ description: 'Least severe lines that are logged.' }),
    GATEWAY_METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional().meta({
      description: 'Port of `GET /metrics` (Prometheus), on GATEWAY_HOST; not served without it.',
    }),
    OTEL_EXPORTER_OTLP_ENDPOINT: webAddress.optional().meta({
      description:
        'Collector of traces (OTLP over HTTP), such as http://collector:4318; none are recorded without it.',
    }),
    OTEL_TRACES_SAMPLER_ARG: z.coerce
      .number()
      .min(0)
      .max(1)
      .default(1)
      .meta({ description: 'Share of traces that are kept, from 0 to 1.' }),
    NATS_URL: z
      .string()
      .default('nats://127.0.0.1:4020')
      .meta({ description: 'Address of the broker; several, comma-separated.' }),
    GATEWAY_NATS_PASSWORD: z
      .string()
      .min(1)
      .meta({ secret: true, description: "Password of the gateway's user at the broker." }),
    GATEWAY_IDENTITY_PRIVATE_JWK: identityJwk.meta({
      secret: true,
      description: 'Ed25519 key that signs identities for the services, as a JSON Web Key.',
    }),
    GATEWAY_JWKS_URL: webAddress
      .default('http://127.0.0.1:4001/.well-known/jwks.json')
      .meta({ description: "Auth's public keys, which verify sessions." }),
    GATEWAY_AUTH_URL: serviceUrl('auth', 4001),
    GATEWAY_MAIL_URL: serviceUrl('mail', 4002),
    GATEWAY_TELEPHONY_URL: serviceUrl('telephony', 4003),
    GATEWAY_BILLING_URL: serviceUrl('billing', 4004),
    GATEWAY_MEETINGS_URL: serviceUrl('meetings', 4005),
    GATEWAY_AUDIT_URL: serviceUrl('audit', 4006),
    GATEWAY_SUPERGRAPH_FILE: z.string().optional().meta({
      description:
        'Another composed supergraph than gateway/supergraph.graphql; it is served anew whenever the file changes.',
    }),
    GATEWAY_RATE_LIMIT_POINTS: wholeNumber(
      DEFAULT_CALLER_LIMITS.bucketPoints,
      'Points that the bucket of an API key, a session or an unknown address holds.',
    ),
    GATEWAY_RATE_LIMIT_REFILL_PER_MINUTE: wholeNumber(
      DEFAULT_CALLER_LIMITS.refillPerMinute,
      'Points that come back to each bucket in a minute.',
    ),
    GATEWAY_OPERATION_COST_MAX: wholeNumber(
      DEFAULT_CALLER_LIMITS.operationCostMax,
      'Most points that one operation may cost.',
    ),
    GATEWAY_PERSISTED_OPERATIONS_FILE: z.string().optional().meta({
      description:
        'JSON object of SHA-256 digests and documents: operations that may be asked for by digest.',
    }),
    GATEWAY_REGISTERED_OPERATIONS_ONLY: z.stringbool().default(false).meta({
      description: 'Serve nothing but the operations of that file; the explorer does not work then.',
    }),
    GATEWAY_STREAMS_MAX: wholeNumber(
      SUBSCRIPTION_LIMITS.total,
      'Connections for subscriptions that one gateway holds.',
    ),
    GATEWAY_STREAMS_PER_ADDRESS_MAX: wholeNumber(
      SUBSCRIPTION_LIMITS.perAddress,
      'Connections for subscriptions from one address.',
    ),
    GATEWAY_STREAMS_PER_CALLER_MAX: wholeNumber(
      SUBSCRIPTION_LIMITS.perCaller,
      'Connections for subscriptions of one API key or user.',
    ),
    GATEWAY_ENTITY_CACHE_MIB: z.coerce.number().min(0).default(ENTITY_CACHE_MIB).meta({
      description: 'Memory for entities of types that services let the gateway keep (`@cacheControl`).',
    }),
    GATEWAY_TRUSTED_PROXIES: z.string().optional().meta({
      description: 'Addresses of load balancers whose X-Forwarded-For is believed, comma-separated.',
    }),
  }),
} as const satisfies ConfigShape;

function wholeNumber(preset: number, description: string) {
  return z.coerce.number().int().positive().default(preset).meta({ description });
}

function serviceUrl(name: ServiceName, defaultPort: number) {
  return webAddress
    .default(`http://127.0.0.1:${defaultPort}`)
    .meta({ description: `Base URL of the service ${name}.` });
}

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
  readonly limits: CallerLimits;
  readonly persistedOperationsFile: string | undefined;
  readonly registeredOperationsOnly: boolean;
  readonly subscriptions: SubscriptionLimits;
  readonly entityCacheMib: number;
  readonly serviceUrls: Readonly<Record<ServiceName, string>>;
  readonly metricsPort: number | undefined;
  readonly tracing: { readonly endpoint: string | undefined; readonly ratio: number };
}

/** @throws ConfigError that names every variable that is missing or wrong, without its value. */
export function loadConfig(environment: Environment): GatewayConfig {
  const values = parseConfig(gatewayConfig, environment, (path) => readFileSync(path, 'utf8'));
  return {
    host: values.GATEWAY_HOST,
    port: values.GATEWAY_PORT,
    publicUrl: values.PUBLIC_URL,
    logLevel: values.LOG_LEVEL,
    identityPrivateJwk: values.GATEWAY_IDENTITY_PRIVATE_JWK,
    jwksUrl: values.GATEWAY_JWKS_URL,
    supergraphFile: values.GATEWAY_SUPERGRAPH_FILE ?? COMMITTED_SUPERGRAPH,
    broker: { url: values.NATS_URL, password: values.GATEWAY_NATS_PASSWORD },
    trustedProxies: values.GATEWAY_TRUSTED_PROXIES?.split(',').map((entry) => entry.trim()) ?? [],
    metricsPort: values.GATEWAY_METRICS_PORT,
    tracing: { endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT, ratio: values.OTEL_TRACES_SAMPLER_ARG },
    persistedOperationsFile: values.GATEWAY_PERSISTED_OPERATIONS_FILE,
    registeredOperationsOnly: values.GATEWAY_REGISTERED_OPERATIONS_ONLY,
    subscriptions: {
      ...SUBSCRIPTION_LIMITS,
      total: values.GATEWAY_STREAMS_MAX,
      perAddress: values.GATEWAY_STREAMS_PER_ADDRESS_MAX,
      perCaller: values.GATEWAY_STREAMS_PER_CALLER_MAX,
    },
    entityCacheMib: values.GATEWAY_ENTITY_CACHE_MIB,
    limits: {
      bucketPoints: values.GATEWAY_RATE_LIMIT_POINTS,
      refillPerMinute: values.GATEWAY_RATE_LIMIT_REFILL_PER_MINUTE,
      operationCostMax: values.GATEWAY_OPERATION_COST_MAX,
    },
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

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
