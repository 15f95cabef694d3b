import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { CallbackSender } from './callbacks/callback-sender.ts';
import { registerControl } from './control/routes.ts';
import { FaultBook } from './faults/fault-book.ts';
import { createGoogle } from './google/google-vendor.ts';
import { createImap } from './imap/imap-vendor.ts';
import { registerInspector } from './inspector/routes.ts';
import { MailAccounts } from './mailbox/mail-accounts.ts';
import { Mailbox } from './mailbox/mailbox.ts';
import { createMicrosoft } from './microsoft/microsoft-vendor.ts';
import { createPaypal } from './paypal/paypal-vendor.ts';
import { createSendgrid } from './sendgrid/sendgrid-vendor.ts';
import { createSmtp } from './smtp/smtp-vendor.ts';
import { createStripe } from './stripe/stripe-vendor.ts';
import { Timers } from './timers.ts';
import { RequestLog } from './traffic/request-log.ts';
import { createTwilio } from './twilio/twilio-vendor.ts';
import type { Vendor, VendorName } from './vendor.ts';
import type { World } from './world.ts';
import { createZoom } from './zoom/zoom-vendor.ts';

/** How a sandbox is started. All times are milliseconds. */
export interface SandboxOptions {
  /** Port of HTTP; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Port of SMTP; 0 (the default) takes a free one. */
  readonly smtpPort?: number;
  /** Port of IMAP; 0 (the default) takes a free one. */
  readonly imapPort?: number;
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** Address of the installation: where the platform's webhooks go. http://localhost:4000 unless told. */
  readonly publicUrl?: string;
  /** Where the sandbox itself is reached; links and certificate addresses begin so. Where it listens unless told. */
  readonly ownUrl?: string;
  /** Pause between two steps of a vendor's own work: queued, sent, delivered (5). */
  readonly stepDelayMs?: number;
  /** Pauses before a callback is tried again (250, 1,000, 3,000, 10,000). */
  readonly callbackRetryMs?: readonly number[];
  /** Meetings a Zoom host may create or change in a day (100, as with Zoom). */
  readonly zoomMeetingWritesPerDay?: number;
  /** Log level of pino, or false (the default). */
  readonly logLevel?: string | false;
  readonly now?: () => Date;
}

/** A sandbox that runs. */
export interface Sandbox {
  /** Where it listens, without a path: `http://127.0.0.1:4010`. */
  readonly url: string;
  readonly smtpPort: number;
  readonly imapPort: number;
  close(): Promise<void>;
}

/** Large enough for SendGrid's 30 MB of mail. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;
const CALLBACK_RETRY_MS = [250, 1_000, 3_000, 10_000];

/** Starts a sandbox with its seeded accounts. Rejects if a port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const app = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    logger: options.logLevel ? { level: options.logLevel } : false,
    // The request log and the inspector show the traffic; one line per request would drown the rest.
    logController: new LogController({ disableRequestLogging: true }),
  });
  const world = createWorld(options, app);
  const mailAccounts = new MailAccounts();
  const imap = createImap(world, mailAccounts);
  const smtp = createSmtp(world, mailAccounts, imap.deliver);
  const vendors = new Map<VendorName, Vendor>(
    [
      createTwilio(world),
      createStripe(world),
      createPaypal(world),
      createZoom(world),
      createSendgrid(world),
      smtp,
      imap,
      createGoogle(world),
      createMicrosoft(world),
    ].map((vendor) => [vendor.name, vendor]),
  );
  readBodiesAsBytes(app);
  app.decorateRequest('exchange');
  for (const vendor of vendors.values()) {
    await app.register(async (scope) => vendor.register?.(scope), { prefix: `/${vendor.name}` });
  }
  const reset = (): void => {
    world.timers.clear();
    world.faults.clear();
    world.requests.clear();
    world.callbacks.clear();
    world.mailbox.clear();
    for (const vendor of vendors.values()) vendor.reset();
  };
  await app.register(async (scope) => registerControl(scope, { world, vendors, reset }), {
    prefix: '/control',
  });
  registerInspector(app);
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', () => ({ status: 'ready', vendors: [...vendors.keys()] }));

  const host = options.host ?? '127.0.0.1';
  const smtpPort = await smtp.listen(options.smtpPort ?? 0, host);
  const closeMail = () => Promise.all([smtp.close(), imap.close()]);
  try {
    const imapPort = await imap.listen(options.imapPort ?? 0, host);
    const url = await app.listen({ port: options.port ?? 0, host });
    return {
      url,
      smtpPort,
      imapPort,
      async close() {
        world.timers.stop();
        await Promise.all([app.close(), closeMail()]);
      },
    };
  } catch (thrown) {
    await closeMail();
    throw thrown;
  }
}

function createWorld(options: SandboxOptions, app: FastifyInstance): World {
  const timers = new Timers();
  const faults = new FaultBook();
  return {
    publicUrl: (options.publicUrl ?? 'http://localhost:4000').replace(/\/+$/, ''),
    sandboxUrl: () => {
      if (options.ownUrl !== undefined) return options.ownUrl.replace(/\/+$/, '');
      const address = app.server.address() as AddressInfo | null;
      return `http://${hostInUrls(options.host)}:${address?.port ?? options.port ?? 0}`;
    },
    now: options.now ?? (() => new Date()),
    stepDelayMs: options.stepDelayMs ?? 5,
    zoomMeetingWritesPerDay: options.zoomMeetingWritesPerDay ?? 100,
    timers,
    faults,
    requests: new RequestLog(),
    callbacks: new CallbackSender({ faults, timers, pausesMs: options.callbackRetryMs ?? CALLBACK_RETRY_MS }),
    mailbox: new Mailbox(),
  };
}

/**
 * The host in links and certificate addresses: the one listened on, so that they name the same place as the base URL
 * that clients use. "All addresses" is no host to go to.
 */
function hostInUrls(host = '127.0.0.1'): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** Each vendor reads its bodies itself: forms differ, and some rules need the bytes. */
function readBodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}
