const GSM_BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_EXTENDED = '^{}\\[~]|€\f';

/**
 * Number of SMS that a body is billed as: 160 characters of GSM-7 (153 when joined), 70 of UCS-2 (67 when joined).
 * https://www.twilio.com/docs/glossary/what-sms-character-limit
 */
export function segmentCount(body: string): number {
  const isGsm = [...body].every((character) => (GSM_BASIC + GSM_EXTENDED).includes(character));
  if (!isGsm) return body.length <= 70 ? 1 : Math.ceil(body.length / 67);
  const septets = [...body].reduce((sum, character) => sum + (GSM_EXTENDED.includes(character) ? 2 : 1), 0);
  return septets <= 160 ? 1 : Math.ceil(septets / 153);
}
