import type { Explanation } from '@baton/coordinator';
import { statusSet, type HookToolTransport, type SettableStatus } from '@baton/hook-tools';

import { readText, replaceText } from '../files.ts';

/** A status of a unit. */
export interface UnitStatus {
  readonly status: SettableStatus;
  readonly message: string;
}

/** How a unit stands, by the lock that it may need: `waiting` while it waits for it, else `active`. */
export function statusOf({ lock, own, holders }: Explanation): UnitStatus {
  if (own?.state !== 'waiting') return { status: 'active', message: '' };
  // Only the leader knows who else waits.
  const before = own.place === undefined ? [] : [placeWords(own.place)];
  const names = holders.map(({ unit }) => unit).join(', ');
  const held = names === '' ? [] : [`held by ${names}`];
  const details = [...before, ...held].join(', ');
  return {
    status: 'waiting',
    message: `waiting for the lock ${lock}${details === '' ? '' : `: ${details}`}`,
  };
}

function placeWords(place: number): string {
  return place === 1 ? 'next' : `${place - 1} before it`;
}

/** Sets the status of the unit, unless it is what was set last: it stays from hook to hook. */
export async function showStatus(
  transport: HookToolTransport,
  path: string,
  { status, message }: UnitStatus,
): Promise<void> {
  const text = `${status} ${message}`;
  if (readText(path) === text) return;
  await statusSet(transport, status, message);
  replaceText(path, text);
}
