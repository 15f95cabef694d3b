// Twilio's default keywords (twilio.com/docs/messaging/tutorials/advanced-opt-out). Only a whole message counts.
const STOP = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'OPTOUT', 'REVOKE']);
const START = new Set(['START', 'YES', 'UNSTOP']);

/** Whether a received text asks to stop or to start again. */
export function keywordOf(body: string): 'STOP' | 'START' | undefined {
  const word = body.trim().toUpperCase();
  if (STOP.has(word)) return 'STOP';
  return START.has(word) ? 'START' : undefined;
}
