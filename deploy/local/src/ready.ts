import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;
const ANSWER_MS = 2000;

/** Asks `/health/ready` until it says yes. Answers undefined then, or the last reason once the time is over. */
export async function waitUntilReady(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  return poll(() => notReadyReason(`${url}/health/ready`), timeoutMs, signal);
}

/** Waits until a NATS server greets on the port; same answers. */
export async function waitUntilGreeted(
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  return poll(() => notGreetedReason(port), timeoutMs, signal);
}

async function poll(
  ask: () => Promise<string | undefined>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const reason = await ask();
    if (reason === undefined) return undefined;
    if (signal.aborted || Date.now() > deadline) return reason;
    await delay(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** Node's own client: `fetch` would cost the runner 40 ms at every start. */
function notReadyReason(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: ANSWER_MS, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('error', () => resolve('the answer broke off'));
      response.on('end', () =>
        resolve(response.statusCode === 200 ? undefined : inWords(response.statusCode, body)),
      );
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', (failure: NodeJS.ErrnoException) => resolve(failure.code ?? failure.message));
  });
}

/** The reasons a part gives beside its status, such as `{"status":"not ready","reasons":["database"]}`. */
function inWords(status: number | undefined, body: string): string {
  try {
    const { reasons } = JSON.parse(body);
    if (reasons !== undefined) return Array.isArray(reasons) ? reasons.join('; ') : JSON.stringify(reasons);
  } catch {
    // The status says enough.
  }
  return `HTTP ${status}`;
}

/** A NATS server speaks first: `INFO {…}`. */
function notGreetedReason(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: ANSWER_MS });
    const finish = (reason: string | undefined) => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('data', (data) =>
      finish(data.toString().startsWith('INFO ') ? undefined : 'not a NATS server'),
    );
    socket.once('timeout', () => finish('no greeting'));
    socket.once('error', (failure: NodeJS.ErrnoException) => finish(failure.code ?? failure.message));
  });
}
