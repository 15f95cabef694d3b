import type { ConfigShape } from '@switchboard/config';
import { z } from 'zod';

const MIB = 1024 ** 2;

/** Every variable of the provisioner's command `streams`; its other commands read none. */
export const provisionerConfig = {
  base: z.object({
    NATS_URL: z
      .string()
      .default('nats://127.0.0.1:4020')
      .meta({ description: 'Address of the broker; several, comma-separated.' }),
    PROVISIONER_NATS_PASSWORD: z
      .string()
      .min(1)
      .meta({ secret: true, description: "Password of the provisioner's user at the broker." }),
    PROVISIONER_STREAM_REPLICAS: z.coerce
      .number()
      .refine((count): count is 1 | 3 | 5 => [1, 3, 5].includes(count), 'must be 1, 3 or 5')
      .default(1)
      .meta({ description: 'Servers that hold each stream: 3 in a cluster of three.' }),
    PROVISIONER_STREAM_MIB_MAX: z.coerce.number().int().min(64).default(1024).meta({
      description:
        'Size of the event stream in MiB, on each of these servers. It must stay below the size of their disks.',
    }),
    PROVISIONER_PATIENCE_SECONDS: z.coerce
      .number()
      .int()
      .min(1)
      .default(120)
      .meta({ description: 'How long to wait for the broker before giving up.' }),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .meta({ description: 'Least severe lines that are logged.' }),
  }),
} as const satisfies ConfigShape;

/** The size of the event stream in bytes. */
export function streamBytesMax(config: { readonly PROVISIONER_STREAM_MIB_MAX: number }): number {
  return config.PROVISIONER_STREAM_MIB_MAX * MIB;
}
