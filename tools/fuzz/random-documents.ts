import {
  parseLockName,
  parseTicket,
  parseUnitName,
  type GrantSheet,
  type LockName,
  type RequestSheet,
  type Ticket,
  type UnitName,
} from '@baton/coordinator';

import type { Random } from '../soak/random.ts';

const YEAR_2026_MICROS = 1_767_225_600_000_000;

const LOCKS: readonly LockName[] = [
  'restart',
  'migrate',
  '__proto__',
  'constructor',
  'toString',
  'größer',
  '\ufeffmark',
  '🔒',
  ' ',
].map(parseLockName);

/** Names at which the length of text takes another header, and the longest one. */
const LONG_LOCKS: readonly LockName[] = [31, 32, 256].map((length) =>
  parseLockName('x'.repeat(length)),
);

const APPLICATIONS = ['db', 'web-app', '__proto__', 'ü'];

function randomLock(random: Random): LockName {
  return random.pick(random.onceIn(40) ? LONG_LOCKS : LOCKS);
}

/** A ticket of our time, or one at a limit. */
function randomTicket(random: Random): Ticket {
  const ticket = random.pick([
    YEAR_2026_MICROS + random.next(),
    YEAR_2026_MICROS + random.below(1000),
    1 + random.below(300),
    0xffff_ffff + random.below(3),
    Number.MAX_SAFE_INTEGER - random.below(3),
  ]);
  return parseTicket(ticket);
}

/** A request sheet that may be published. */
export function randomRequestSheet(random: Random): RequestSheet {
  const requests = new Map<LockName, Ticket>();
  for (let left = random.below(4); left > 0; left -= 1) {
    requests.set(randomLock(random), randomTicket(random));
  }
  const labels = new Map<string, string>();
  if (random.onceIn(3)) {
    for (let left = random.below(4); left > 0; left -= 1) {
      labels.set(random.pick(['zone', 'rack', '__proto__', '', 'é']), `${random.below(100)}`);
    }
  }
  return {
    lastTicket: Math.max(random.onceIn(4) ? 0 : randomTicket(random), ...requests.values()),
    requests,
    labels,
    nonce: random.onceIn(2) ? 0 : random.next(),
    fromStash: random.onceIn(4),
  };
}

/** A grant sheet that may be published: its units are of one application. */
export function randomGrantSheet(random: Random): GrantSheet {
  const application = random.pick(APPLICATIONS);
  const sheet = new Map<LockName, Map<UnitName, Ticket>>();
  for (let left = random.below(4); left > 0; left -= 1) {
    const units = new Map<UnitName, Ticket>();
    for (let more = 1 + random.below(3); more > 0; more -= 1) {
      const number = random.onceIn(10) ? 999_999_999_999_999 : random.below(200);
      units.set(parseUnitName(`${application}/${number}`), randomTicket(random));
    }
    sheet.set(randomLock(random), units);
  }
  return sheet;
}
