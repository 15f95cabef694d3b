import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { faultInput } from '../faults/fault-book.ts';
import type { Mail } from '../mailbox/mailbox.ts';
import { PLATFORM_ACCOUNT, VENDOR_NAMES, type Vendor, type VendorName } from '../vendor.ts';
import type { World } from '../world.ts';
import { ControlError } from './control-error.ts';

const limit = z.coerce.number().int().min(1).max(5_000).optional();
const trafficQuery = z.strictObject({ vendor: z.enum(VENDOR_NAMES).optional(), limit });
const mailboxQuery = z.strictObject({ to: z.string().min(1).optional(), limit });
const faultsQuery = z.strictObject({ vendor: z.enum(VENDOR_NAMES).optional() });
const accountInput = z.strictObject({ vendor: z.enum(VENDOR_NAMES) });
const webhookInput = z.strictObject({
  vendor: z.enum(VENDOR_NAMES),
  account: z.string().min(1).default(PLATFORM_ACCOUNT),
  url: z.url({ protocol: /^https?$/ }),
});

/** What the control API works on. */
export interface ControlRoutes {
  readonly world: World;
  readonly vendors: ReadonlyMap<VendorName, Vendor>;
  /** Forgets everything but the seeded accounts. */
  reset(): void;
}

/** The sandbox's own API: what was received and sent, faults, the outside world, reset. Not any vendor's. */
export function registerControl(app: FastifyInstance, { world, vendors, reset }: ControlRoutes): void {
  app.addHook('preValidation', async (request) => {
    refuseOtherOrigin(request);
    request.body = readJson(request.body);
  });
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof ControlError) {
      return reply.code(error.status).send({ error: { message: error.message } });
    }
    request.log.error(error);
    return reply.code(500).send({ error: { message: 'the sandbox failed; see its log' } });
  });
  app.setNotFoundHandler((request) => {
    throw new ControlError(404, `the control API has no ${request.method} ${request.url.split('?')[0]}`);
  });

  app.get('/requests', (request) => ({ requests: world.requests.list(check(trafficQuery, request.query)) }));
  app.get('/callbacks', (request) => ({
    callbacks: world.callbacks.list(check(trafficQuery, request.query)),
  }));

  app.get('/mailbox', (request) => ({
    mails: world.mailbox.list(check(mailboxQuery, request.query)).map(withoutContents),
  }));
  app.get<{ Params: { mailId: string } }>('/mailbox/:mailId', (request) => {
    const mail = world.mailbox.find(request.params.mailId);
    if (!mail) throw new ControlError(404, `the mailbox has no mail ${request.params.mailId}`);
    return mail;
  });

  app.get('/faults', () => ({ faults: world.faults.list() }));
  app.post('/faults', (request, reply) => {
    const fault = world.faults.add(check(faultInput, request.body));
    return reply.code(201).send(fault);
  });
  app.delete('/faults', (request) => ({
    removed: world.faults.clear(check(faultsQuery, request.query).vendor),
  }));

  app.post('/accounts', (request, reply) => {
    const { vendor } = check(accountInput, request.body);
    return reply.code(201).send({ vendor, ...vendorNamed(vendors, vendor).addAccount() });
  });

  app.post('/webhooks', async (request, reply) => {
    const { vendor, account, url } = check(webhookInput, request.body);
    const registration = await vendorNamed(vendors, vendor).setWebhook(account, url);
    return reply.code(201).send({ vendor, ...registration });
  });

  app.get('/simulate', () => ({
    simulations: Object.fromEntries(
      [...vendors].map(([name, vendor]) => [name, Object.keys(vendor.simulations)]),
    ),
  }));
  app.post<{ Params: { vendor: string; what: string } }>('/simulate/:vendor/:what', async (request) => {
    const { vendor, what } = request.params;
    const { simulations } = vendorNamed(vendors, vendor);
    const found = Object.hasOwn(simulations, what) ? simulations[what] : undefined;
    if (!found) {
      throw new ControlError(
        400,
        `${vendor} simulates ${Object.keys(simulations).join(', ') || 'nothing'}, not ${what}`,
      );
    }
    return found.run(check(found.input, request.body));
  });

  app.post('/reset', () => {
    reset();
    return { reset: true };
  });
}

/** A page of another site may not use the control API through somebody's browser. */
function refuseOtherOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) {
    throw new ControlError(403, 'the control API is not for pages of other sites');
  }
}

function vendorNamed(vendors: ReadonlyMap<VendorName, Vendor>, name: string): Vendor {
  const vendor = vendors.get(name as VendorName);
  if (!vendor) throw new ControlError(400, `no vendor ${name}; there are ${VENDOR_NAMES.join(', ')}`);
  return vendor;
}

function readJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ControlError(400, 'the body is no JSON');
  }
}

function check<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new ControlError(400, problems.join('; '));
}

/** A list of mails stays small: contents come with a single mail. */
function withoutContents(mail: Mail) {
  return {
    ...mail,
    attachments: mail.attachments.map(({ contentBase64: _content, ...attachment }) => attachment),
  };
}
