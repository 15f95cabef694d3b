import { type ConfigOf, type ConfigShape, type Environment, parseConfig, port } from '@switchboard/config';
import { z } from 'zod';

const privateEd25519 = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), d: z.string() });

const identityJwk = z.string().transform((text, context): Readonly<Record<string, unknown>> => {
  const parsed = privateEd25519.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'not a private Ed25519 JWK' });
  return z.NEVER;
});

/** Every variable of the supergraph controller, with its default and description. */
export const controllerConfig = {
  base: z.object({
    SUPERGRAPH_CONTROLLER_NAMESPACE: z.string().min(1).meta({
      description: 'Namespace whose labelled Services are the subgraphs; everything is written there.',
    }),
    SUPERGRAPH_CONTROLLER_NAME: z
      .string()
      .regex(/^[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?$/)
      .default('switchboard-supergraph')
      .meta({ description: 'ConfigMap that gateways mount; the names of the others begin with it.' }),
    SUPERGRAPH_CONTROLLER_IDENTITY: z
      .string()
      .min(1)
      .meta({ description: "This replica's name in the Lease, such as the pod's." }),
    SUPERGRAPH_CONTROLLER_PRIVATE_JWK: identityJwk.meta({
      secret: true,
      description: 'Ed25519 private key, as a JSON Web Key, that signs questions for SDL.',
    }),
    SUPERGRAPH_CONTROLLER_NATS_PASSWORD: z.string().min(1).optional().meta({
      secret: true,
      description:
        'Password of the user supergraph_controller at the broker. Without it no operations are read, and nothing that takes something away is published.',
    }),
    NATS_URL: z
      .string()
      .default('nats://127.0.0.1:4020')
      .meta({ description: 'Address of the broker; several, comma-separated.' }),
    SUPERGRAPH_CONTROLLER_HOST: z
      .string()
      .default('127.0.0.1')
      .meta({ description: 'Address of `/health/live`, `/health/ready` and `/metrics`.' }),
    SUPERGRAPH_CONTROLLER_PORT: port(4030, 'Port of `/health/live`, `/health/ready` and `/metrics`.'),
    SUPERGRAPH_CONTROLLER_LEASE_S: z.coerce
      .number()
      .int()
      .min(1)
      .max(300)
      .default(15)
      .meta({ description: 'How long a leader that fell silent keeps the lead, in seconds.' }),
    SUPERGRAPH_CONTROLLER_RESYNC_S: z.coerce.number().int().min(1).max(3600).default(15).meta({
      description: 'How often everything is looked at again without a reason, in seconds.',
    }),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .meta({ description: 'Least severe lines that are logged.' }),
  }),
} satisfies ConfigShape;

export type ControllerConfig = ConfigOf<typeof controllerConfig>;

/** @throws ConfigError with everything that is wrong. */
export function loadConfig(environment: Environment, readFile: (path: string) => string): ControllerConfig {
  return parseConfig(controllerConfig, environment, readFile);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
