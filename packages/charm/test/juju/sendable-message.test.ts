import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sendableMessage } from '../../src/juju/sendable-message.ts';

describe('sendableMessage', () => {
  it('leaves a message alone that fits', () => {
    expect(sendableMessage('grüß 🦀\nGott', 100)).toBe('grüß 🦀\nGott');
  });

  it('puts a mark where a NUL or half of a surrogate pair was', () => {
    expect(sendableMessage('a\0b\ud83dc', 100)).toBe('a\ufffdb\ufffdc');
  });

  it('says how much it has cut', () => {
    expect(sendableMessage('x'.repeat(101), 100)).toBe(`${'x'.repeat(80)} … (21 bytes cut)`);
  });

  it('keeps within the limit and cuts no character in two, whatever the message', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 20, maxLength: 80 }),
        fc.integer({ min: 40, max: 100 }),
        (message, most) => {
          const sent = sendableMessage(message, most);
          const whole = message.replaceAll('\0', '\ufffd');
          expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(most);
          const start = sent.replace(/ … \(\d+ bytes cut\)$/, '');
          expect(whole.slice(0, start.length)).toBe(start);
          expect(start === whole).toBe(Buffer.byteLength(whole) <= most);
        },
      ),
    );
  });
});
