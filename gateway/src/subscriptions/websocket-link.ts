import type { Logger } from '@switchboard/observability';
import type { Server } from 'graphql-ws';
import type { WebSocket } from 'ws';

/** Code of graphql-transport-ws for a message that makes no sense. */
const BAD_REQUEST = 4400;

/**
 * Ties one socket to the protocol: messages in and out, and a ping at intervals; who has not answered by the next one
 * is gone. A message counts as sent once the socket took it, which is what holds back a stream to a slow reader.
 */
export function linkWebSocket<E>(
  server: Server<E>,
  socket: WebSocket,
  extra: E,
  { pingMs, logger }: { readonly pingMs: number; readonly logger: Logger },
): void {
  let isAlive = true;
  const ping = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, pingMs);
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('error', (err) => logger.info({ err }, 'subscriber: socket error'));
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (data) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) resolve();
          else socket.send(data, (error) => (error ? reject(error) : resolve()));
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) =>
        socket.on('message', (data) => {
          handle(String(data)).catch((err: unknown) => {
            if (socket.readyState !== socket.OPEN) return;
            logger.warn({ err }, 'subscriber: message not handled');
            socket.close(BAD_REQUEST, 'Message not understood');
          });
        }),
    },
    extra,
  );
  socket.once('close', (code, reason) => {
    clearInterval(ping);
    Promise.resolve(closed(code, String(reason))).catch((err: unknown) =>
      logger.warn({ err }, 'subscriber: not closed cleanly'),
    );
  });
}
