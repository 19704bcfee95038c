import { spawnSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  CodecError,
  decodeGrantForms,
  decodeRequestForms,
  encodeGrantForms,
  encodeRequestForms,
  parseLockName,
  sameGrantSheet,
  type CodecErrorCode,
  type GrantSheet,
  type RequestSheet,
} from '@baton/coordinator';

import {
  grantSheet,
  grantSheets,
  refusal,
  requestSheet,
  requestSheets,
  SEED,
} from './documents.ts';

const NEW_YEAR_2026 = 1_767_225_600_000_000;

const writeRequests = (sheet: RequestSheet): string => encodeRequestForms(sheet).charmhelpers;
const writeGrants = (sheet: GrantSheet): string => encodeGrantForms(sheet).charmhelpers;

function readRequests(charmhelpers: string): RequestSheet {
  const found = decodeRequestForms({ compact: undefined, charmhelpers });
  if (found === undefined) throw new Error('expected a document');
  return found.document;
}

function readGrants(charmhelpers: string): GrantSheet {
  const found = decodeGrantForms({ compact: undefined, charmhelpers });
  if (found === undefined) throw new Error('expected a document');
  return found.document;
}

describe('the JSON of charmhelpers', () => {
  test('has a space after each comma and colon, and six digits of a second', () => {
    const sheet = requestSheet(NEW_YEAR_2026, { b: NEW_YEAR_2026, a: NEW_YEAR_2026 - 1 });
    expect(writeRequests(sheet)).toBe(
      '{"a": "2025-12-31 23:59:59.999999Z", "b": "2026-01-01 00:00:00.000000Z"}',
    );
  });

  test('lists grants by unit, and units and locks by name', () => {
    const grants = grantSheet(
      ['upgrade', { 'a/10': NEW_YEAR_2026 + 1_500_000, 'a/2': 1 }],
      ['restart', { 'a/10': Number.MAX_SAFE_INTEGER }],
    );
    expect(writeGrants(grants)).toBe(
      '{"a/10": {"restart": "2255-06-05 23:47:34.740991Z", "upgrade": "2026-01-01 00:00:01.500000Z"}, ' +
        '"a/2": {"upgrade": "1970-01-01 00:00:00.000001Z"}}',
    );
    expect(writeGrants(new Map())).toBe('{}');
  });

  test('escapes what is not printable ASCII, in lower case, and beyond U+FFFF as a pair', () => {
    const sheet = requestSheet(1, { '"\\/é🔒\u2028\u00ad': 1 });
    expect(writeRequests(sheet)).toBe(
      String.raw`{"\"\\/\u00e9\ud83d\udd12\u2028\u00ad": "1970-01-01 00:00:00.000001Z"}`,
    );
  });

  test('sorts by code point, which UTF-16 does not', () => {
    const text = writeRequests(requestSheet(4, { '🔒': 1, '\uff21': 2, z: 3, za: 4 }));
    expect(Object.keys(JSON.parse(text))).toEqual(['z', 'za', '\uff21', '🔒']);
    expect([...text.matchAll(/"([^"]*)":/g)].map(([, name]) => name)).toEqual([
      'z',
      'za',
      String.raw`\uff21`,
      String.raw`\ud83d\udd12`,
    ]);
  });

  test('of a sheet without requests reads like the one that charmhelpers writes, and is another text', () => {
    const text = writeRequests(requestSheet(NEW_YEAR_2026));
    expect(JSON.parse(text)).toEqual({});
    expect(text).not.toBe('{}');
  });

  test('is refused where it would be larger than is read back', () => {
    const units = Object.fromEntries(
      Array.from({ length: 30_000 }, (_, index) => [`app/${index}`, NEW_YEAR_2026 + index]),
    );
    const error = refusal(() => writeGrants(grantSheet(['restart', units])));
    expect(error.code).toBe('TOO_LARGE');
  });
});

describe('what charmhelpers wrote', () => {
  test('gives the open requests; whatever else there was is given up', () => {
    expect(readRequests('{"restart": "2026-01-01 00:00:00.000001Z"}')).toEqual({
      lastTicket: Infinity,
      requests: new Map([['restart', NEW_YEAR_2026 + 1]]),
      labels: new Map(),
      nonce: 0,
      fromStash: false,
    });
    expect(readRequests('{}')).toMatchObject({ lastTicket: Infinity, requests: new Map() });
  });

  test('gives the grants, without the units that hold nothing', () => {
    const grants = readGrants(
      '{"a/0": {}, "a/1": {"restart": "2026-01-01 00:00:00.000000Z"}, "a/2": {}}',
    );
    expect(grants).toEqual(grantSheet(['restart', { 'a/1': NEW_YEAR_2026 }]));
    expect(readGrants('{"a/0": {}}')).toEqual(new Map());
  });

  test('may name things after what every object has', () => {
    const stamp = '"2026-01-01 00:00:00.000000Z"';
    const text = `{"__proto__": ${stamp}, "constructor": ${stamp}}`;
    expect([...readRequests(text).requests.keys()]).toEqual(['__proto__', 'constructor']);
    expect([...readGrants(`{"__proto__/1": {"__proto__": ${stamp}}}`).keys()]).toEqual([
      parseLockName('__proto__'),
    ]);
  });

  test('comes back without loss, whatever the tickets and names', () => {
    fc.assert(
      fc.property(requestSheets, (sheet) => {
        expect(readRequests(writeRequests(sheet)).requests).toEqual(sheet.requests);
      }),
      { seed: SEED, numRuns: 300 },
    );
    fc.assert(
      fc.property(grantSheets, (sheet) => {
        expect(sameGrantSheet(readGrants(writeGrants(sheet)), sheet)).toBe(true);
      }),
      { seed: SEED, numRuns: 300 },
    );
  }, 60_000);

  test('comes back without loss for any ticket there can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (ticket) => {
        const text = writeRequests(requestSheet(ticket, { restart: ticket }));
        expect(text).toMatch(/"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}Z"/);
        expect(readRequests(text).requests.get(parseLockName('restart'))).toBe(ticket);
      }),
      { seed: SEED, numRuns: 2_000, examples: [[1], [Number.MAX_SAFE_INTEGER], [999], [1000]] },
    );
  }, 60_000);
});

/** Reads a text, or is refused it. */
function readOrRefuse(read: (text: string) => unknown, text: string): void {
  try {
    read(text);
  } catch (error) {
    if (!CodecError.is(error)) throw error;
  }
}

describe('is refused, and says why:', () => {
  const BAD_STAMPS = [
    '2026-01-01T00:00:00.000000Z',
    '2026-01-01 00:00:00.000Z',
    '2026-01-01 00:00:00Z',
    '2026-01-01 00:00:00.000000',
    '2026-01-01 00:00:00.000000+00:00',
    '2026-02-30 00:00:00.000000Z',
    '2026-13-01 00:00:00.000000Z',
    '2026-01-01 24:00:00.000000Z',
    '2026-01-01 00:60:00.000000Z',
    '2026-01-01 00:00:60.000000Z',
    '1970-01-01 00:00:00.000000Z',
    '1969-12-31 23:59:59.999999Z',
    '9999-12-31 23:59:59.999999Z',
    ' 2026-01-01 00:00:00.000000Z',
    '2026-01-01 00:00:00.000000Z\n',
    '٢٠٢٦-01-01 00:00:00.000000Z',
    '',
  ];
  for (const stamp of BAD_STAMPS) {
    test(`the time stamp ${JSON.stringify(stamp)}`, () => {
      const text = JSON.stringify({ restart: stamp });
      expect(refusal(() => readRequests(text))).toMatchObject({ code: 'SCHEMA_MISMATCH' });
      const grants = `{"a/1": ${text}}`;
      expect(refusal(() => readGrants(grants))).toMatchObject({ code: 'SCHEMA_MISMATCH' });
    });
  }

  const STAMP = '"2026-01-01 00:00:00.000000Z"';
  const BAD_REQUESTS: readonly (readonly [string, string, CodecErrorCode])[] = [
    ['no text', '', 'MALFORMED'],
    ['cut text', `{"restart": ${STAMP}`, 'MALFORMED'],
    ['what only Python reads', '{"restart": NaN}', 'MALFORMED'],
    ['a list', '[]', 'SCHEMA_MISMATCH'],
    ['null', 'null', 'SCHEMA_MISMATCH'],
    ['text', '"restart"', 'SCHEMA_MISMATCH'],
    ['a stamp that is a number', '{"restart": 1767225600000000}', 'SCHEMA_MISMATCH'],
    ['a stamp that is null', '{"restart": null}', 'SCHEMA_MISMATCH'],
    ['a lock without a name', `{"": ${STAMP}}`, 'SCHEMA_MISMATCH'],
    ['a lock named by a control character', `{"\\u0007": ${STAMP}}`, 'SCHEMA_MISMATCH'],
    ['a lock named by half a character', `{"\\ud83d": ${STAMP}}`, 'SCHEMA_MISMATCH'],
    ['a lock with a long name', `{"${'a'.repeat(257)}": ${STAMP}}`, 'SCHEMA_MISMATCH'],
    ['a million brackets', '['.repeat(1_000_000), 'MALFORMED'],
    ['more than is allowed', ' '.repeat(1024 * 1024 + 1), 'TOO_LARGE'],
  ];
  for (const [name, text, code] of BAD_REQUESTS) {
    test(`requests that are ${name}`, () => {
      const error = refusal(() => readRequests(text));
      expect(error).toMatchObject({ code });
      expect(error.message).toContain('request sheet');
      expect(error.message.length).toBeLessThan(400);
    });
  }

  const BAD_GRANTS: readonly (readonly [string, string, CodecErrorCode])[] = [
    ['no text', '', 'MALFORMED'],
    ['a list', '[]', 'SCHEMA_MISMATCH'],
    ['requests', `{"restart": ${STAMP}}`, 'SCHEMA_MISMATCH'],
    ['of no unit', `{"a": {"restart": ${STAMP}}}`, 'SCHEMA_MISMATCH'],
    ['of a unit with text', `{"a/1": ${STAMP}}`, 'SCHEMA_MISMATCH'],
    ['of a unit with a list', '{"a/1": []}', 'SCHEMA_MISMATCH'],
    ['more than is allowed', ' '.repeat(1024 * 1024 + 1), 'TOO_LARGE'],
  ];
  for (const [name, text, code] of BAD_GRANTS) {
    test(`grants that are ${name}`, () => {
      const error = refusal(() => readGrants(text));
      expect(error).toMatchObject({ code });
      expect(error.message).toContain('grant sheet');
      expect(error.message.length).toBeLessThan(400);
    });
  }

  test('any other text, always with a CodecError', () => {
    const texts = fc.oneof(fc.json(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(texts, (text) => {
        for (const read of [readRequests, readGrants]) {
          expect(() => readOrRefuse(read, text)).not.toThrow();
        }
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  }, 60_000);
});

/** What Python says to each document: its own text for it, and each stamp read and written again. */
const PYTHON = `
import json, sys
from datetime import datetime
FORMAT = '%Y-%m-%d %H:%M:%S.%fZ'
def again(value):
    if isinstance(value, dict):
        return {key: again(member) for key, member in value.items()}
    return datetime.strptime(value, FORMAT).strftime(FORMAT)
texts = json.load(sys.stdin)
json.dump([json.dumps(again(json.loads(text)), sort_keys=True) for text in texts], sys.stdout)
`;

const python = spawnSync('python3', ['--version'], { encoding: 'utf8' });
const whyNot = python.status === 0 ? '' : ' (skipped: this machine has no python3)';

test.skipIf(python.status !== 0)(
  `200 documents are the text that Python writes for them, byte for byte${whyNot}`,
  () => {
    const requests = fc
      .sample(
        requestSheets.filter((sheet) => sheet.requests.size > 0),
        { seed: SEED, numRuns: 100 },
      )
      .map((sheet) => writeRequests(sheet));
    const grants = fc
      .sample(grantSheets, { seed: SEED, numRuns: 100 })
      .map((sheet) => writeGrants(sheet));
    const texts = [...requests, ...grants];
    const run = spawnSync('python3', ['-c', PYTHON], {
      input: JSON.stringify(texts),
      encoding: 'utf8',
      env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
      maxBuffer: 64 * 1024 * 1024,
    });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toEqual(texts);
  },
  60_000,
);
