import { CodecError, decodeGrantForms, decodeRequestForms } from '@baton/coordinator';
import { expect, test } from 'vitest';

/** Tickets end in June 2255, and a stamp may name any year of four digits. */
test.each([
  '2255-06-05 23:47:34.740992Z',
  '2300-01-01 00:00:00.000000Z',
  '9999-12-31 23:59:59.999999Z',
])('the time stamp %s, later than any ticket, is refused with a CodecError', (stamp) => {
  const requests = { compact: undefined, charmhelpers: JSON.stringify({ restart: stamp }) };
  const grants = {
    compact: undefined,
    charmhelpers: JSON.stringify({ 'db/0': { restart: stamp } }),
  };
  for (const decode of [() => decodeRequestForms(requests), () => decodeGrantForms(grants)]) {
    expect(decode).toThrow(
      expect.toSatisfy((error: unknown) => CodecError.is(error, 'SCHEMA_MISMATCH')),
    );
  }
});
