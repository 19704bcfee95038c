import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relationSet, stateSet, type HookToolTransport } from '../src/index.ts';
import { WAYS } from './agent-server.ts';
import { FakeTransport } from './fake-transport.ts';
import { readYaml } from './yaml-reader.ts';

/** The characters that Juju's reader refuses, folds or eats. */
const UNSAFE = /[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]/u;

/** What the tool is given on standard input. */
async function sent(
  data: ReadonlyMap<string, string>,
  by = async (transport: HookToolTransport): Promise<HookToolTransport> => transport,
): Promise<string> {
  const transport = new FakeTransport();
  await stateSet(await by(transport), data);
  return transport.calls[0]?.stdin ?? '';
}

const rows: readonly (readonly [what: string, value: string])[] = [
  ['plain text', 'b'],
  ['what looks like null', 'null'],
  ['what looks like another null', '~'],
  ['what looks like a number or boolean', '1.5e3 true yes'],
  ['nothing', ''],
  ['an emoji', '\u{1f600}'],
  ['an accent', 'é'],
  ['escapes of JSON', '\n\t\b\f\r"\\/'],
  ['a NUL', 'a\0b'],
  ['C0 controls', '\u0001\u001f\u001b'],
  ['DEL', '\u007f'],
  ['C1 controls', '\u0080\u0084\u0085\u0086\u009f'],
  ['U+0085 and a space', 'a \u0085 b'],
  ['U+2028 and U+2029 next to spaces', 'a \u2028 \u2029 b'],
  ['a byte order mark', '\ufeffa\ufeff'],
  ['U+FFFE and U+FFFF', '\ufffe\uffff'],
  ['the last character of all', '\u{10ffff}'],
  ['white space at both ends', ' \n a \t'],
  ['1 MB', 'x'.repeat(1_000_000)],
];

describe.each(WAYS)('what goes by standard input of a tool $way', ({ by }) => {
  it.each(rows)('gets there as it is: %s', async (_what, value) => {
    const text = await sent(new Map([['k', value]]), by);
    expect(text).not.toMatch(UNSAFE);
    expect(readYaml(text)).toEqual(new Map([['k', value]]));
    expect(JSON.parse(text)).toEqual({ k: value });
  });
});

describe('what goes by standard input', () => {
  it('gets there as it is, whatever text it is', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const special = fc.constantFrom(...rows.map(([, value]) => value.slice(0, 20)));
    const key = fc.oneof(text, special).filter((each) => each !== '');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(key, fc.oneof(text, special)), { maxLength: 4 }),
        async (entries) => {
          const data = new Map(entries);
          const yaml = await sent(data);
          expect(readYaml(yaml)).toEqual(data);
          expect(JSON.parse(yaml)).toEqual(Object.fromEntries(data));
          expect(yaml).not.toMatch(UNSAFE);
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });

  it.each([
    ['k', 1022],
    ['é', 1022],
    ['\u{1f600}', 1022],
    ['\u0085', 170],
  ])('takes a key of as many %j as YAML does: %i', async (character, most) => {
    const key = character.repeat(most);
    expect(readYaml(await sent(new Map([[key, 'v']])))).toEqual(new Map([[key, 'v']]));
    const longer = character.repeat(most + 1);
    const transport = new FakeTransport();
    await expect(relationSet(transport, { data: { [longer]: 'v' } })).rejects.toThrow('too long');
    expect(transport.calls).toEqual([]);
  });
});
