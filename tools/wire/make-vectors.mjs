/**
 * Writes `docs/reference/wire-vectors.json` from the documents and the refused inputs below; run it after
 * `npm run build` when a document is added. What is in the file already may change only with a new version of
 * the form: look at the difference.
 */
import { writeFile } from 'node:fs/promises';

import {
  CodecError,
  compactCodec,
  decodeGrantForms,
  decodeRequestForms,
  encodeGrantForms,
  encodeRequestForms,
  fromText,
  parseLockName,
  parseTicket,
  parseUnitName,
  toText,
} from '@baton/coordinator';

/** @import { GrantSheet, RequestSheet } from '@baton/coordinator' */

/**
 * A request sheet as plain data.
 *
 * @typedef {object} PlainRequests
 * @property {number} lastTicket
 * @property {readonly (readonly [string, number])[]} requests
 * @property {readonly (readonly [string, string])[]} labels
 * @property {number} nonce
 * @property {boolean} fromStash
 */

/** Grants as plain data. @typedef {readonly (readonly [string, readonly (readonly [string, number])[]])[]} PlainGrants */

const TARGET = new URL('../../docs/reference/wire-vectors.json', import.meta.url);

/** 2026-01-01 00:00:00 UTC. */
const NEW_YEAR = 1_767_225_600_000_000;
const LARGEST = Number.MAX_SAFE_INTEGER;

/** @type {readonly (readonly [string, Partial<PlainRequests>])[]} */
const REQUEST_SHEETS = [
  ['a unit that has never asked for anything', {}],
  ['one open request', { lastTicket: NEW_YEAR, requests: [['restart', NEW_YEAR]] }],
  ['no open request, and a last ticket that proves the release', { lastTicket: NEW_YEAR }],
  [
    'two open requests, by name',
    {
      lastTicket: NEW_YEAR + 5,
      requests: [
        ['migrate', NEW_YEAR + 5],
        ['restart', NEW_YEAR],
      ],
    },
  ],
  [
    'a request below a last ticket that was given up',
    { lastTicket: NEW_YEAR + 60_000_000, requests: [['restart', NEW_YEAR]] },
  ],
  ['labels only', { labels: [['zone', 'eu-1']] }],
  [
    'everything at once',
    {
      lastTicket: NEW_YEAR,
      requests: [['restart', NEW_YEAR]],
      labels: [
        ['rack', ''],
        ['zone', 'eu-1'],
      ],
      nonce: 7,
      fromStash: true,
    },
  ],
  ['a nonce alone', { nonce: 300 }],
  ['from the stash, and nothing else', { fromStash: true }],
  ['the smallest ticket', { lastTicket: 1, requests: [['restart', 1]] }],
  ['the largest ticket', { lastTicket: LARGEST, requests: [['restart', LARGEST]] }],
  ['the largest difference', { lastTicket: LARGEST, requests: [['restart', 1]] }],
  [
    'integers of every width',
    {
      lastTicket: NEW_YEAR,
      requests: [0, 127, 128, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296].map(
        (difference, index) => /** @type {const} */ ([`lock${index}`, NEW_YEAR - difference]),
      ),
    },
  ],
  [
    'names of every kind, in the order of UTF-16 code units',
    {
      lastTicket: NEW_YEAR,
      requests: [
        [' ', NEW_YEAR],
        ['"', NEW_YEAR],
        ['Restart', NEW_YEAR],
        ['__proto__', NEW_YEAR],
        ['e\u0301', NEW_YEAR],
        ['é', NEW_YEAR],
        ['🔒', NEW_YEAR],
        ['\ufeff', NEW_YEAR],
      ],
    },
  ],
  ['a name of 31 bytes', { lastTicket: 9, requests: [['a'.repeat(31), 9]] }],
  ['a name of 32 bytes', { lastTicket: 9, requests: [['a'.repeat(32), 9]] }],
  ['a name of 256 bytes', { lastTicket: 9, requests: [['a'.repeat(256), 9]] }],
];

/** @type {readonly (readonly [string, PlainGrants])[]} */
const GRANT_SHEETS = [
  ['nothing granted', []],
  ['one grant', [['restart', [['db/0', NEW_YEAR]]]]],
  [
    'several units under one lock, by number',
    [
      [
        'restart',
        [
          ['db/2', NEW_YEAR + 1_000_000],
          ['db/10', NEW_YEAR],
        ],
      ],
    ],
  ],
  [
    'several locks, by name',
    [
      ['migrate', [['db/1', NEW_YEAR + 3]]],
      [
        'restart',
        [
          ['db/0', NEW_YEAR],
          ['db/1', NEW_YEAR + 3],
        ],
      ],
    ],
  ],
  [
    'the largest unit number and the largest ticket',
    [['restart', [['db/999999999999999', LARGEST]]]],
  ],
  ['an application called __proto__', [['constructor', [['__proto__/0', 1]]]]],
  [
    'sixteen units, more than a short array holds',
    [
      [
        'restart',
        Array.from({ length: 16 }, (_, n) => /** @type {const} */ ([`db/${n}`, NEW_YEAR + n])),
      ],
    ],
  ],
];

/** Bytes that nobody writes and that every reader understands. */
const ALSO_READ = /** @type {const} */ ([
  [
    'request sheet',
    'lastTicket as a 64-bit integer',
    '93 01 cf 00 06 47 48 a5 3a 00 00 92 a1 61 00',
  ],
  ['request sheet', 'empty members at the end', '96 01 00 90 90 00 00'],
  ['request sheet', 'the version as a 16-bit integer', '92 cd 00 01 05'],
  ['request sheet', 'locks in another order', '93 01 05 94 a1 62 00 a1 61 00'],
  ['request sheet', 'an array with a 16-bit length', 'dc 00 02 01 05'],
  ['request sheet', 'text with a 32-bit length', '93 01 05 92 db 00 00 00 01 61 00'],
  ['request sheet', 'a digest of another form, with which nothing is compared', '93 02 07 05'],
  ['grant sheet', 'units in another order', '95 01 a2 64 62 05 a1 61 94 02 00 01 01'],
  ['grant sheet', 'a base below every ticket', '95 01 a2 64 62 05 a1 61 92 00 03'],
]);

/** Bytes that every reader refuses. */
const REFUSED = /** @type {const} */ ([
  ['request sheet', 'no bytes', ''],
  ['request sheet', 'the end is missing', '93 01 05 92 a1 61'],
  ['request sheet', 'bytes after the end', '91 01 00'],
  ['request sheet', 'a map', '80'],
  ['request sheet', 'nil', 'c0'],
  ['request sheet', 'a boolean among the members', '92 01 c3'],
  ['request sheet', 'binary data among the members', '92 01 c4 01 61'],
  ['request sheet', 'a single-precision float', '92 01 ca 3f 80 00 00'],
  ['request sheet', 'a float that is no integer', '92 01 cb 3f e0 00 00 00 00 00 00'],
  ['request sheet', 'an integer above 2^53 - 1', '92 01 cf 00 20 00 00 00 00 00 00'],
  ['request sheet', 'text that is not UTF-8', '93 01 05 92 a1 ff 00'],
  ['request sheet', 'a promise of more entries than there are bytes', 'dd ff ff ff ff'],
  ['request sheet', 'arrays nested six deep', '91 91 91 91 91 90'],
  ['request sheet', 'a later version', '91 03'],
  ['request sheet', 'a later version with what only it understands', '92 03 80'],
  ['request sheet', 'version 0', '91 00'],
  ['request sheet', 'an integer instead of an array', '05'],
  ['request sheet', 'an empty array', '90'],
  ['request sheet', 'text instead of the version', '91 a1 61'],
  ['request sheet', 'a member too many', '97 01 05 90 90 00 00 00'],
  ['request sheet', 'a negative last ticket', '92 01 ff'],
  ['request sheet', 'a request without its difference', '93 01 05 91 a1 61'],
  ['request sheet', 'a negative difference', '93 01 05 92 a1 61 ff'],
  ['request sheet', 'a difference down to ticket 0', '93 01 05 92 a1 61 05'],
  ['request sheet', 'a lock listed twice', '93 01 05 94 a1 61 00 a1 61 01'],
  ['request sheet', 'a lock with an empty name', '93 01 05 92 a0 00'],
  ['request sheet', 'a control character in the name of a lock', '93 01 05 92 a1 0a 00'],
  ['request sheet', 'a number instead of the name of a lock', '93 01 05 92 07 00'],
  ['request sheet', 'a label that is a number', '94 01 05 90 92 a1 61 07'],
  ['request sheet', 'a label listed twice', '94 01 05 90 94 a1 61 a0 a1 61 a0'],
  ['request sheet', 'flags that nobody knows', '96 01 05 90 90 00 02'],
  ['request sheet', 'version 2 with text for a digest', '92 02 a1 61'],
  ['request sheet', 'version 2 without a digest', '91 02'],
  ['grant sheet', 'an application and nothing else', '92 01 a2 64 62'],
  ['grant sheet', 'an application and a base, and no lock', '93 01 a2 64 62 05'],
  ['grant sheet', 'a lock without units', '95 01 a2 64 62 05 a1 61 90'],
  ['grant sheet', 'a lock without its list of units', '94 01 a2 64 62 05 a1 61'],
  ['grant sheet', 'a unit without its ticket', '95 01 a2 64 62 05 a1 61 91 00'],
  ['grant sheet', 'a unit listed twice', '95 01 a2 64 62 05 a1 61 94 00 00 00 00'],
  ['grant sheet', 'a lock listed twice', '97 01 a2 64 62 05 a1 61 92 00 00 a1 61 92 00 00'],
  ['grant sheet', 'a negative unit number', '95 01 a2 64 62 05 a1 61 92 ff 00'],
  ['grant sheet', 'a negative difference', '95 01 a2 64 62 05 a1 61 92 00 ff'],
  [
    'grant sheet',
    'a ticket above 2^53 - 1',
    '95 01 a2 64 62 cf 00 1f ff ff ff ff ff ff a1 61 92 00 01',
  ],
  ['grant sheet', 'an application with a slash', '95 01 a1 2f 05 a1 61 92 00 00'],
]);

const REFUSED_TEXT = /** @type {const} */ ([
  ['one character left over', 'kQGAA'],
  ['padding', 'kQ=='],
  ['a character of plain base64', 'kQ+'],
  ['a line feed', 'kQ\n'],
  ['a spare bit that is set', 'kR'],
]);

const REFUSED_CHARMHELPERS = /** @type {const} */ ([
  ['request sheet', 'no JSON', '{'],
  ['request sheet', 'a list', '[]'],
  ['request sheet', 'a stamp without fraction', '{"restart": "2026-01-01 00:00:00Z"}'],
  [
    'request sheet',
    'a stamp of a day that does not exist',
    '{"restart": "2026-02-30 00:00:00.000000Z"}',
  ],
  ['request sheet', 'a number for a stamp', '{"restart": 1}'],
  ['request sheet', 'a lock with an empty name', '{"": "2026-01-01 00:00:00.000000Z"}'],
  ['grant sheet', 'no unit', '{"db": {}}'],
  ['grant sheet', 'a stamp instead of locks', '{"db/0": "2026-01-01 00:00:00.000000Z"}'],
]);

const vectors = {
  about:
    'Test vectors of the wire form, described in wire-form.md. Bytes are in hexadecimal digits. Entries of ' +
    'requests, labels and grants are pairs in the order in which they are written.',
  requestSheets: REQUEST_SHEETS.map(([name, document]) => {
    const plain = { ...emptyRequests(), ...document };
    return { name, document: plain, ...written(compactCodec.encodeRequestSheet(requests(plain))) };
  }),
  grantSheets: GRANT_SHEETS.map(([name, document]) => ({
    name,
    document,
    ...written(compactCodec.encodeGrantSheet(grants(document))),
  })),
  besideCharmhelpers: {
    requestSheets: REQUEST_SHEETS.map(([name, document]) => {
      const plain = { ...emptyRequests(), ...document };
      const { compact, charmhelpers } = encodeRequestForms(requests(plain));
      return { name, document: plain, charmhelpers, ...written(compact) };
    }),
    grantSheets: GRANT_SHEETS.map(([name, document]) => {
      const { compact, charmhelpers } = encodeGrantForms(grants(document));
      return { name, document, charmhelpers, ...written(compact) };
    }),
  },
  alsoRead: ALSO_READ.map(([kind, name, digits]) => {
    const bytes = bytesOf(digits);
    const document =
      kind === 'request sheet'
        ? plainRequests(compactCodec.decodeRequestSheet(bytes))
        : plainGrants(compactCodec.decodeGrantSheet(bytes));
    return { kind, name, hex: hexOf(bytes), document };
  }),
  refused: REFUSED.map(([kind, name, digits]) => {
    const bytes = bytesOf(digits);
    const code = refusal(() =>
      kind === 'request sheet'
        ? compactCodec.decodeRequestSheet(bytes)
        : compactCodec.decodeGrantSheet(bytes),
    );
    return { kind, name, hex: hexOf(bytes), code };
  }),
  refusedText: REFUSED_TEXT.map(([name, text]) => ({
    name,
    text,
    code: refusal(() => fromText(text)),
  })),
  refusedCharmhelpers: REFUSED_CHARMHELPERS.map(([kind, name, charmhelpers]) => {
    const found = { compact: undefined, charmhelpers };
    const code = refusal(() =>
      kind === 'request sheet' ? decodeRequestForms(found) : decodeGrantForms(found),
    );
    return { kind, name, charmhelpers, code };
  }),
};
await writeFile(TARGET, `${JSON.stringify(vectors, null, 2)}\n`);

/** @returns {PlainRequests} */
function emptyRequests() {
  return { lastTicket: 0, requests: [], labels: [], nonce: 0, fromStash: false };
}

/**
 * @param {PlainRequests} plain
 * @returns {RequestSheet}
 */
function requests(plain) {
  const open = plain.requests.map(
    ([lock, ticket]) => /** @type {const} */ ([parseLockName(lock), parseTicket(ticket)]),
  );
  return { ...plain, requests: new Map(open), labels: new Map(plain.labels) };
}

/**
 * @param {PlainGrants} plain
 * @returns {GrantSheet}
 */
function grants(plain) {
  return new Map(
    plain.map(([lock, units]) => [
      parseLockName(lock),
      new Map(units.map(([unit, ticket]) => [parseUnitName(unit), parseTicket(ticket)])),
    ]),
  );
}

/** @param {RequestSheet} sheet */
function plainRequests(sheet) {
  return { ...sheet, requests: [...sheet.requests], labels: [...sheet.labels] };
}

/** @param {GrantSheet} sheet */
function plainGrants(sheet) {
  return [...sheet].map(([lock, units]) => [lock, [...units]]);
}

/** @param {Uint8Array} bytes */
function written(bytes) {
  return { hex: hexOf(bytes), text: toText(bytes) };
}

/** @param {Uint8Array} bytes */
function hexOf(bytes) {
  return Buffer.from(bytes).toString('hex');
}

/** @param {string} digits */
function bytesOf(digits) {
  return new Uint8Array(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
}

/** @param {() => unknown} attempt */
function refusal(attempt) {
  try {
    attempt();
  } catch (error) {
    if (CodecError.is(error)) return error.code;
    throw error;
  }
  throw new Error('this was to be refused and was not');
}
