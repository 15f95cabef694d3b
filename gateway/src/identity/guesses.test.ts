import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startGateway } from '../gateway.fixture.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

async function postTo(url: string, credential: string, accept = 'application/json'): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...JSON_TYPE, accept, authorization: `Bearer ${credential}` },
    body: JSON.stringify({ query: '{ vendor(how: "") }' }),
  });
  await response.body?.cancel();
  return response.status;
}

/** The code the socket is closed with. */
async function connect(url: string, credential: string): Promise<number> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const payload = { authorization: `Bearer ${credential}` };
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
  return new Promise((resolve, reject) => {
    socket.once('close', resolve).once('error', reject);
  });
}

describe('credentials cannot be tried without end', () => {
  it.each([
    ['by operations', [401, 429], (url: string, guess: string) => postTo(`${url}/graphql`, guess)],
    ['by tools', [401, 429], (url: string, guess: string) => postTo(`${url}/mcp`, guess)],
    [
      'by event streams',
      [401, 429],
      (url: string, guess: string) => postTo(`${url}/graphql`, guess, 'text/event-stream'),
    ],
    ['by WebSockets', [4401, 4429], connect],
  ])('%s', async (_how, [refused, tooMany], guess) => {
    const house = await startGateway({}, { limits: { bucketPoints: 3, refillPerMinute: 1 } });
    try {
      const answers: number[] = [];
      for (let n = 0; n < 4; n += 1) answers.push(await guess(house.url, `nonsense${n}`));
      expect(answers).toEqual([refused, refused, refused, tooMany]);
    } finally {
      await house.close();
    }
  });
});
