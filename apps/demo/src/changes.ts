import type { Snapshot, UnitSnapshot } from './snapshot.ts';

interface Change {
  /** Changes of one moment are told in this order, so that a lock is given back before it is had again. */
  readonly rank: number;
  readonly line: string;
}

/** Says in words what changed between two snapshots, a line each. */
export function changesBetween(before: Snapshot | undefined, after: Snapshot): string[] {
  const changes = after.units.flatMap((now) => {
    const then = before?.units.find(({ unit }) => unit === now.unit);
    return unitChanges(then, now);
  });
  return changes.toSorted((a, b) => a.rank - b.rank).map(({ line }) => line);
}

function unitChanges(then: UnitSnapshot | undefined, now: UnitSnapshot): Change[] {
  const changes: Change[] = [];
  const add = (rank: number, what: string): void => {
    changes.push({ rank, line: `${now.unit} ${what}` });
  };
  if (now.leader && then?.leader !== true) add(0, 'is the leader');
  if (now.version !== undefined && then?.since !== now.since)
    add(1, `serves version ${now.version}`);
  if (then?.holder === true && !now.holder) add(2, 'gives the lock back');
  if (now.holder && then?.holder !== true) add(3, 'has the lock');
  const isDown = now.state === 'restarting' && now.version === undefined;
  if (isDown && then?.since !== now.since) add(4, 'takes its server down');
  if (now.place !== undefined && then?.place !== now.place) {
    const verb = then?.place === undefined ? 'asks for the lock' : 'moves up';
    add(5, `${verb}: place ${now.place}, ${now.why}`);
  }
  return changes;
}
