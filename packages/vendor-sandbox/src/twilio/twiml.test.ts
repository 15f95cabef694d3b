import { describe, expect, it } from 'vitest';
import { readTwiml } from './twiml.ts';

describe('readTwiml', () => {
  it('gives verbs, nouns, attributes and texts as they were before they were escaped', () => {
    const document = `<?xml version="1.0" encoding="UTF-8"?><Response>
      <Say language="en-GB">Fish &amp; &lt;chips&gt; &#233;</Say><!-- then -->
      <Dial callerId='+14155550100'><Number>+14155550123</Number></Dial><Record maxLength="120" action="/a?b=1&amp;c=2"/>
    </Response>`;
    expect(readTwiml(document)).toMatchObject([
      { name: 'Say', attributes: { language: 'en-GB' }, text: 'Fish & <chips> é' },
      {
        name: 'Dial',
        attributes: { callerId: '+14155550100' },
        children: [{ name: 'Number', text: '+14155550123' }],
      },
      { name: 'Record', attributes: { maxLength: '120', action: '/a?b=1&c=2' }, children: [] },
    ]);
  });

  it.each([
    ['an empty document', '<Response/>', []],
    ['no document', '', undefined],
    ['text', 'Hello', undefined],
    ['another root', '<Answer/>', undefined],
    ['two roots', '<Response/><Response/>', undefined],
    ['an element that does not end', '<Response><Say>Hello</Response>', undefined],
    ['an end without a beginning', '</Response>', undefined],
    ['an ampersand that is not escaped', '<Response><Say>Fish & chips</Say></Response>', undefined],
    ['an attribute without quotes', '<Response><Record maxLength=120/></Response>', undefined],
  ])('%s', (_name, document, verbs) => {
    expect(readTwiml(document)).toEqual(verbs);
  });
});
