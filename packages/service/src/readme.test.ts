import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineInventory } from '@switchboard/personal-data';
import { SmsQueuedSchema, SmsSentSchema } from '@switchboard/proto-schemas';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { writeServiceReadme } from './readme.ts';

const definition = {
  name: 'telephony',
  config: {
    base: z.object({ TELEPHONY_TONE: z.string().default('beep').meta({ description: 'What is heard.' }) }),
  },
  inventory: defineInventory([{ table: 'sms', workspace: { copy: { file: 'sms' } } }]),
};
const place = (name: string) => `<!-- ${name}: generated -->\nwas here before\n<!-- end -->\n`;
const places = (...names: string[]) => names.map(place).join('\nBy hand.\n\n');

function written(text: string, facts: Parameters<typeof writeServiceReadme>[1]): string {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  const file = pathToFileURL(join(folder, 'README.md'));
  try {
    writeFileSync(file, text);
    writeServiceReadme(definition, facts, file);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the generated parts of a README', () => {
  it('say what goes out and comes in, through whom, and with which variables; the rest stays', () => {
    const text = written(
      places('events-out', 'events-in', 'providers', 'personal-data', 'configuration', 'own'),
      {
        published: [SmsQueuedSchema, SmsSentSchema],
        handlers: [{ name: 'count-texts', event: SmsSentSchema, handle: async () => {} }],
        providers: [{ id: 'twilio', sender: {}, numbers: {}, isPremature: () => false } as { id: string }],
        parts: { own: 'Ours.' },
      },
    );
    expect(text).toContain(`<!-- events-out: generated -->
- \`evt.telephony.v1.SmsQueued\`
- \`evt.telephony.v1.SmsSent\`
<!-- end -->

By hand.

<!-- events-in: generated -->
- \`evt.telephony.v1.SmsSent\` (\`count-texts\`)
- \`evt.auth.v1.DataRequestDue\` (\`answer-data-request\`)
<!-- end -->`);
    expect(text).toContain('| `sms` | copied to `sms.jsonl`, deleted | nothing |');
    expect(text).toContain('| twilio | sender, numbers |');
    expect(text).toContain('| `TELEPHONY_TONE` |  | `beep` | What is heard. |');
    expect(text).toContain('| `TELEPHONY_PORT` |');
    expect(text).toContain('<!-- own: generated -->\nOurs.\n<!-- end -->');
    expect(text).not.toContain('was here before');
  });

  it('say so where there is nothing', () => {
    const text = written(places('events-out', 'events-in', 'personal-data', 'configuration'), {});
    expect(text).toContain('<!-- events-out: generated -->\nNone.\n<!-- end -->');
  });

  it('are not lost for want of a place, and no place is left without a part', () => {
    expect(() => written(places('events-out', 'personal-data', 'configuration'), {})).toThrow(
      /no place for events-in/,
    );
    expect(() =>
      written(places('events-out', 'events-in', 'personal-data', 'configuration', 'vendors'), {}),
    ).toThrow(/nothing is generated for "vendors"/);
  });
});
