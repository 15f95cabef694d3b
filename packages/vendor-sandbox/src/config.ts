import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const webAddress = z.url({ protocol: /^https?$/ });

/** Every variable of the sandbox. */
export const sandboxVariables = z.object({
  SANDBOX_PORT: port
    .default(4_010)
    .meta({ description: 'Port of the vendors, the control API and the inspector.' }),
  SANDBOX_SMTP_PORT: port.default(4_011).meta({ description: 'Port of the SMTP server.' }),
  SANDBOX_IMAP_PORT: port.default(4_012).meta({ description: 'Port of the IMAP server.' }),
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1').meta({ description: 'Address to listen on.' }),
  SANDBOX_PUBLIC_URL: webAddress.optional().meta({
    description:
      'Where the sandbox itself is reached, as in AUTH_SANDBOX_URL: links and certificate addresses begin so. By default the address it listens on.',
  }),
  PUBLIC_URL: webAddress
    .default('http://localhost:4000')
    .meta({ description: "Address of the installation; the platform's webhooks go below it." }),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta({ description: 'Least severity that is logged.' }),
});

/** The sandbox's settings, read from the environment. */
export type SandboxConfig = z.output<typeof sandboxVariables>;

/** Reads the settings; throws one error that names every mistake. */
export function readConfig(environment: Record<string, string | undefined>): SandboxConfig {
  const result = sandboxVariables.safeParse(environment);
  if (result.success) return result.data;
  throw new Error(`the sandbox's configuration is wrong\n${z.prettifyError(result.error)}`);
}
