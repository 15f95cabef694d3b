import { type ConfigOf, type ConfigShape, type Environment, parseConfig, port } from '@switchboard/config';
import { z } from 'zod';

const FIRST_PORT = 4001;
const ORDER = ['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'];

const jwk = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as { kty: string };
  } catch {
    context.addIssue({ code: 'custom', message: 'is not a JSON Web Key' });
    return z.NEVER;
  }
});

export const databaseUrl = z.string().startsWith('postgres');

/** Variables that several processes share. */
export const SHARED = z.object({
  NATS_URL: z
    .string()
    .default('nats://127.0.0.1:4020')
    .meta({ description: 'Address of the broker; several, comma-separated.' }),
  PUBLIC_URL: z
    .url()
    .default('http://localhost:4000')
    .meta({ description: 'Where clients and vendors reach the gateway.' }),
  DATA_DIR: z.string().default('.data').meta({ description: 'Folder of the embedded databases.' }),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta({ description: 'Least severe lines that are logged.' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional().meta({
    description:
      'Collector of traces (OTLP over HTTP), such as http://collector:4318; none are recorded without it.',
  }),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .meta({ description: 'Share of traces that are kept, from 0 to 1.' }),
  IDENTITY_PUBLIC_JWK: jwk.meta({
    description: "The gateway's Ed25519 public key, as a JSON Web Key: only its identities are accepted.",
  }),
  IDENTITY_OTHER_PUBLIC_JWK: jwk.optional().meta({
    description: "A second key of the gateway's that is accepted as well, while one takes the other's place.",
  }),
  SUPERGRAPH_CONTROLLER_PUBLIC_JWK: jwk.optional().meta({
    description:
      "The supergraph controller's Ed25519 public key, where there is one: it may ask for the SDL and nothing else.",
  }),
});

/** The variables of every service, with its own under its name. */
export function hostShape(name: string): z.ZodObject {
  const prefix = name.toUpperCase();
  const index = ORDER.indexOf(name);
  return SHARED.extend({
    [`${prefix}_PORT`]: port(FIRST_PORT + Math.max(0, index), 'Port of the subgraph.'),
    [`${prefix}_HOST`]: z
      .string()
      .default('127.0.0.1')
      .meta({ description: 'Address the subgraph listens on.' }),
    [`${prefix}_DATABASE_URL`]: databaseUrl.optional().meta({
      secret: true,
      description: 'PostgreSQL database of this service; without it an embedded one under DATA_DIR.',
    }),
    [`${prefix}_MIGRATE_AT_START`]: z.stringbool().default(true).meta({
      description:
        'Whether the service brings its schema up to date itself. Otherwise it waits, alive and not ready, until its command migrate has done so.',
    }),
    [`${prefix}_NATS_PASSWORD`]: z
      .string()
      .min(1)
      .meta({ secret: true, description: "Password of the service's user at the broker." }),
  });
}

export interface HostConfig {
  readonly natsUrl: string;
  readonly natsPassword: string;
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly identityPublicJwks: readonly { readonly kty: string }[];
  readonly sdlReaderPublicJwk: { readonly kty: string } | undefined;
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string | undefined;
  /** Whether the schema is brought up to date here, and not by the command `migrate`. */
  readonly migrateAtStart: boolean;
  readonly tracing: { readonly endpoint: string | undefined; readonly ratio: number };
}

/** A service's own shape together with the host's. */
export function wholeShape<S extends ConfigShape>(name: string, own: S): ConfigShape {
  return { base: hostShape(name).extend(own.base.shape), ...(own.groups && { groups: own.groups }) };
}

/** @throws ConfigError with every problem of both at once. */
export function loadServiceConfig<S extends ConfigShape>(
  name: string,
  own: S,
  environment: Environment,
  readFile: (path: string) => string,
): { host: HostConfig; own: ConfigOf<S> } {
  const values = parseConfig(wholeShape(name, own), environment, readFile) as Record<string, unknown>;
  const prefix = name.toUpperCase();
  return {
    host: {
      natsUrl: values.NATS_URL as string,
      natsPassword: values[`${prefix}_NATS_PASSWORD`] as string,
      publicUrl: values.PUBLIC_URL as string,
      dataDir: values.DATA_DIR as string,
      logLevel: values.LOG_LEVEL as string,
      identityPublicJwks: [values.IDENTITY_PUBLIC_JWK, values.IDENTITY_OTHER_PUBLIC_JWK].filter(
        (key): key is { kty: string } => key !== undefined,
      ),
      sdlReaderPublicJwk: values.SUPERGRAPH_CONTROLLER_PUBLIC_JWK as { kty: string } | undefined,
      port: values[`${prefix}_PORT`] as number,
      host: values[`${prefix}_HOST`] as string,
      databaseUrl: values[`${prefix}_DATABASE_URL`] as string | undefined,
      migrateAtStart: values[`${prefix}_MIGRATE_AT_START`] as boolean,
      tracing: {
        endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT as string | undefined,
        ratio: values.OTEL_TRACES_SAMPLER_ARG as number,
      },
    },
    own: values as ConfigOf<S>,
  };
}
