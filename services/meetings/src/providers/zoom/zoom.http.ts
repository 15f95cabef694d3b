import type { Dispatcher } from 'undici';
import { ZoomRefusal } from './zoom.errors.ts';
import { refusalAnswer } from './zoom.schemas.ts';

/** How long Zoom may take for one answer. */
export const TIMEOUT_MS = 5_000;

/** What an answer other than 2xx says. Never throws for a body that is not Zoom's, such as a proxy's page. */
export async function readRefusal(response: Dispatcher.ResponseData): Promise<ZoomRefusal> {
  const text = await response.body.text().catch(() => '');
  const answer = refusalAnswer.safeParse(parsed(text));
  const { code, message, error, reason } = answer.success ? answer.data : {};
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
  return new ZoomRefusal(
    response.statusCode,
    code,
    message ?? reason ?? error ?? `HTTP ${response.statusCode}`,
    headers,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
