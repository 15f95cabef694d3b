import { describe, expect, it } from 'vitest';
import { AppError, FAILURES, isFailureCode, ProviderError } from './index.ts';

describe('AppError', () => {
  it('turns anything thrown by accident into INTERNAL and keeps the cause', () => {
    const cause = new TypeError('x is undefined');
    const error = AppError.from(cause);
    expect(error.code).toBe('INTERNAL');
    expect(error.cause).toBe(cause);
    expect(error.publicMessage).toBeUndefined();
  });

  it('passes an error raised on purpose through unchanged', () => {
    const raised = new ProviderError('RATE_LIMITED', {
      vendor: 'twilio',
      operation: 'send',
      vendorCode: '20429',
    });
    expect(AppError.from(raised)).toBe(raised);
    expect(raised.message).toBe('twilio.send failed (20429)');
  });

  it('knows exactly the codes of the table', () => {
    expect(Object.keys(FAILURES).every(isFailureCode)).toBe(true);
    expect(isFailureCode('toString')).toBe(false);
  });
});
