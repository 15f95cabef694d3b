/**
 * Changes one character in the middle of a signature. The middle, because the last characters of base64 carry
 * unused bits, and a change there can leave the same bytes. A digit is valid in hexadecimal and in base64.
 */
export function spoil(signature: string): string {
  const middle = Math.floor(signature.length / 2) + 1;
  const replacement = signature[middle] === '0' ? '1' : '0';
  return signature.slice(0, middle) + replacement + signature.slice(middle + 1);
}
