import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  decodeGrantForms,
  decodeRequestForms,
  EMPTY_REQUEST_SHEET,
  encodeGrantForms,
  encodeRequestForms,
  parseLockName,
  parseTicket,
  parseUnitName,
  type GrantSheet,
  type RequestSheet,
  type Ticket,
} from '@baton/coordinator';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';

import { describeWithPython } from './with-python.ts';

const documents = 1000;
const seed = 20_261_122;
const script = fileURLToPath(new URL('../wire.py', import.meta.url));
// The last microsecond that has a stamp with a year of four digits.
const lastTicket = Math.min(Date.UTC(10_000, 0) * 1000 - 1, Number.MAX_SAFE_INTEGER);

const ticket = fc.integer({ min: 1, max: lastTicket }).map(parseTicket);
// Names of which each could be a surrogate pair, a control's neighbour, a quote or a key of every object.
const lock = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
    fc.constantFrom('restart', 'überholung', '再起動', '🔒', '\u{1f512}\uffff', '__proto__', '"\\'),
  )
  .filter((name) => !/[\p{Cc}\p{Surrogate}]/u.test(name))
  .map(parseLockName);
const unit = fc.nat({ max: 120 }).map((number) => parseUnitName(`roll/${number}`));
const requests = fc.array(fc.tuple(lock, ticket), { maxLength: 4 }).map((entries): RequestSheet => {
  const open = new Map(entries);
  return { ...EMPTY_REQUEST_SHEET, requests: open, lastTicket: Math.max(0, ...open.values()) };
});
const grants = fc
  .array(fc.tuple(lock, fc.array(fc.tuple(unit, ticket), { minLength: 1, maxLength: 4 })), {
    maxLength: 3,
  })
  .map((entries): GrantSheet => new Map(entries.map(([name, units]) => [name, new Map(units)])));

interface Answer {
  readonly texts: { readonly requests: string; readonly grants: string };
  readonly read: {
    readonly requests: Record<string, number>;
    readonly grants: Record<string, Record<string, number>>;
  };
}

describeWithPython(
  `charmhelpers and Baton on ${documents} random documents, seed ${seed}`,
  (python) => {
    const cases = fc.sample(fc.tuple(requests, grants), { numRuns: documents, seed });
    const written = cases.map(([sheet, granted]) => ({
      requests: encodeRequestForms(sheet).charmhelpers,
      grants: encodeGrantForms(granted).charmhelpers,
    }));
    let answers: readonly Answer[] = [];

    beforeAll(() => {
      const lines = cases.map(([sheet, granted], index) =>
        JSON.stringify({
          requests: plain(sheet.requests),
          grants: plainGrants(granted),
          texts: written[index],
        }),
      );
      const { status, stdout, stderr } = spawnSync(join(python, 'bin', 'python'), [script], {
        input: lines.join('\n'),
        encoding: 'utf8',
        env: { ...process.env, PYTHONUTF8: '1', SETUPTOOLS_USE_DISTUTILS: 'stdlib' },
        maxBuffer: 2 ** 28,
      });
      if (status !== 0) throw new Error(stderr);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- wire.py wrote it
      answers = stdout
        .trim()
        .split('\n')
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- wire.py wrote it
        .map((line) => JSON.parse(line) as Answer);
    });

    test('lock names outside of ASCII are among them', () => {
      const names = cases.flatMap(([sheet]) => [...sheet.requests.keys()]);
      expect(names.filter((name) => /[^ -~]/.test(name)).length).toBeGreaterThan(documents / 4);
      expect(answers.length).toBe(documents);
    });

    test('what Baton wrote, charmhelpers reads', () => {
      for (const [index, { read }] of answers.entries()) {
        const [sheet, granted] = cases[index] ?? raise();
        expect(read.requests).toEqual(plain(sheet.requests));
        expect(read.grants).toEqual(plainGrants(granted));
      }
    });

    test('what charmhelpers wrote, Baton reads', () => {
      for (const [index, { texts }] of answers.entries()) {
        const [sheet, granted] = cases[index] ?? raise();
        const readRequests = decodeRequestForms({
          compact: undefined,
          charmhelpers: texts.requests,
        });
        expect(readRequests?.document.requests).toEqual(sheet.requests);
        expect(readRequests?.writtenBy).toBe('charmhelpers');
        const readGrants = decodeGrantForms({ compact: undefined, charmhelpers: texts.grants });
        expect(readGrants?.document).toEqual(granted);
      }
    });

    test('both write the same bytes', () => {
      for (const [index, { texts }] of answers.entries()) {
        const ours = written[index] ?? raise();
        // No requests at all are two texts on purpose: by that Baton tells who wrote them.
        expect(ours.requests).toBe(texts.requests === '{}' ? '{ }' : texts.requests);
        expect(ours.grants).toBe(texts.grants);
      }
    });
  },
);

// Object.fromEntries, since a lock may be called __proto__.
function plain(locks: ReadonlyMap<string, Ticket>): Record<string, number> {
  return Object.fromEntries(locks);
}

function plainGrants(granted: GrantSheet): Record<string, Record<string, number>> {
  const byUnit: Record<string, Record<string, number>> = {};
  for (const [name, units] of granted)
    for (const [holder, value] of units)
      byUnit[holder] = { ...byUnit[holder], ...Object.fromEntries([[name, value]]) };
  return byUnit;
}

function raise(): never {
  throw new Error('there are as many answers as cases');
}
