import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';

import { plainPeers } from '../src/plain-peers.ts';

/** What a reader of YAML finds. */
function peersOf(text: string): string[] {
  const metadata: unknown = parse(text);
  if (typeof metadata !== 'object' || metadata === null || !('peers' in metadata)) return [];
  return Object.keys(metadata.peers ?? {});
}

test.each([
  'peers:\n  cluster:\n    interface: x\n',
  'name: a\npeers:\n  b:\n    interface: x\n  a: {interface: y, optional: true}\nrequires:\n  c:\n',
  'name: a\nsummary: |\n  peers:\n    no:\npeers:\n    cluster:\n        interface: x',
  'peers:\n  a:\n    description: |\n      more:\n    b: c\n',
])('finds what a reader of YAML finds, without one: %j', (text) => {
  expect(plainPeers(text)).toEqual(peersOf(text));
});

test('finds the peers of the charm of the demo', async () => {
  const path = new URL('../../../apps/demo/charm/charmcraft.yaml', import.meta.url);
  const text = await readFile(path, 'utf8');
  expect(plainPeers(text)).toEqual(peersOf(text));
});

test.each([
  'name: a\n',
  'peers: {cluster: {interface: x}}\n',
  '"peers":\n  a:\n',
  'peers: # ours\n  a:\n',
  'peers:\n# ours\n  a:\n',
  'peers:\n  "a":\n    interface: x\n',
  'peers:\n  a: &x\n    interface: x\n  b: *x\n',
  'peers:\n  a: "one\n  b: two"\n',
  'peers:\n  a:\n    summary: "one\n     two"\n',
  'peers:\n  <<: {a: {}}\n',
  'peers:\n  ? a\n',
  'peers:\n  a:\n  a:\n',
  'peers:\n  a:\n\n  b:\n',
  'peers:\r\n  a:\r\n',
  'peers:\n  a:\n   b:\n c:\n',
  'peers:\n- a\n',
  'peers:\n',
  'a: b\n---\npeers:\n  a:\n',
  'peers:\n  a:\npeers:\n  b:\n',
])('leaves to a reader of YAML: %j', (text) => {
  expect(plainPeers(text)).toBeUndefined();
});

test('never differs from a reader of YAML, whatever a charm declares', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'ab:-#"\'{}[]|>&*! \n'.split('')) });
  const endpoint = fc.dictionary(texts, texts, { maxKeys: 3 });
  const names = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]*$/), texts);
  const metadata = fc.record({
    summary: texts,
    peers: fc.dictionary(names, endpoint, { minKeys: 1, maxKeys: 3 }),
    requires: fc.dictionary(names, endpoint, { maxKeys: 1 }),
  });
  fc.assert(
    fc.property(metadata, fc.constantFrom(2, 4), (charm, indent) => {
      const text = stringify(charm, { lineWidth: 20, indent });
      const expected = peersOf(text);
      expect(plainPeers(text) ?? expected).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});
