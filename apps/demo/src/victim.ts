import type { Snapshot } from './snapshot.ts';

/**
 * Chooses whose agent to kill now, or nobody yet: the holder while its server is down, or the leader while
 * somebody else's is. It waits for the middle of the roll as long as there will be another occasion.
 */
export function chooseVictim(
  kill: 'leader' | 'holder',
  { units, wanted }: Snapshot,
): string | undefined {
  const working = units.find(({ holder, state }) => holder && state === 'restarting');
  if (working === undefined) return undefined;
  const done = units.filter(({ version }) => version === wanted).length;
  if (kill === 'holder') return done > 0 ? working.unit : undefined;
  const leader = units.find((unit) => unit.leader);
  if (leader === undefined || leader.holder) return undefined;
  const later = units.some(
    (unit) => unit !== leader && unit !== working && unit.version !== wanted,
  );
  return done > 0 || !later ? leader.unit : undefined;
}
