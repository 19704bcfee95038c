/**
 * How large Baton's documents are next to those of charmhelpers, which says the same in JSON. Compared is the
 * text form, the larger of Baton's two.
 *
 *     npm run sizes -- [--json]
 *
 * Exit code 1 if a limit is not met.
 */
import { parseArgs } from 'node:util';

import {
  compactCodec,
  EMPTY_REQUEST_SHEET,
  encodeGrantForms,
  encodeRequestForms,
  parseLockName,
  parseTicket,
  parseUnitName,
  toText,
  type GrantSheet,
  type RequestSheet,
} from '@baton/coordinator';

interface Size {
  readonly document: string;
  /** Characters of JSON that charmhelpers writes. */
  readonly charmhelpers: number;
  readonly bytes: number;
  readonly text: number;
  /** Of `text` to `charmhelpers`. */
  readonly ratio: number;
  /** The largest ratio allowed, where there is a limit. */
  readonly limit?: number;
  readonly met?: boolean;
}

const NEW_YEAR_2026 = 1_767_225_600_000_000;
const MINUTE = 60_000_000;
const restart = parseLockName('restart');

function requestOf(ticket: number): RequestSheet {
  const requests = new Map([[restart, parseTicket(ticket)]]);
  return { ...EMPTY_REQUEST_SHEET, lastTicket: ticket, requests };
}

/** Requests that came within the hour, at odd moments, and were granted. */
function grantsOf(units: number): GrantSheet {
  const tickets = Array.from({ length: units }, (_, unit) => {
    const ticket = NEW_YEAR_2026 + ((unit * 37) % 60) * MINUTE + unit * 123_457;
    return [parseUnitName(`db/${unit}`), parseTicket(ticket)] as const;
  });
  return new Map([[restart, new Map(tickets)]]);
}

function sizeOf(document: string, json: string, bytes: Uint8Array, limit?: number): Size {
  const text = toText(bytes).length;
  const ratio = text / json.length;
  const size = { document, charmhelpers: json.length, bytes: bytes.length, text, ratio };
  return limit === undefined ? size : { ...size, limit, met: ratio <= limit };
}

function grants(units: number, limit?: number): Size {
  const sheet = grantsOf(units);
  const { charmhelpers } = encodeGrantForms(sheet);
  const name = units === 1 ? 'grant of 1 unit' : `grants of ${units} units`;
  return sizeOf(name, charmhelpers, compactCodec.encodeGrantSheet(sheet), limit);
}

function percent(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${(100 * ratio).toFixed(1)} %`;
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const open = requestOf(NEW_YEAR_2026);
const sizes = [
  sizeOf(
    'one open request, no labels',
    encodeRequestForms(open).charmhelpers,
    compactCodec.encodeRequestSheet(open),
    0.75,
  ),
  grants(1),
  grants(10),
  grants(100, 0.2),
  grants(1000),
];

if (values.json) {
  console.log(JSON.stringify(sizes, null, 2));
} else {
  console.log('document                     charmhelpers   bytes    text    ratio    limit');
  for (const { document, charmhelpers, bytes, text, ratio, limit, met } of sizes) {
    const numbers = `${String(charmhelpers).padStart(12)}${String(bytes).padStart(8)}${String(text).padStart(8)}`;
    const verdict = met === undefined ? '' : met ? '  met' : '  NOT MET';
    console.log(
      `${document.padEnd(29)}${numbers}${percent(ratio).padStart(9)}${percent(limit).padStart(9)}${verdict}`,
    );
  }
}
process.exitCode = sizes.every(({ met }) => met !== false) ? 0 : 1;
