import type { Roll } from './roll.ts';

/**
 * Has three units restart in the order follower, leader, follower, so that the leader's own release is the
 * last thing of which anybody hears, and one unit waits for it. That unit.
 */
export async function leaderInTheMiddle(roll: Roll): Promise<string> {
  const [first, leader, last] = ['roll/0', 'roll/1', 'roll/2'] as const;
  roll.app.elect(leader);
  await roll.settled();
  await roll.app.stopAgent(leader);
  await roll.app.stopAgent(last);
  roll.hold(first);
  roll.to(1);
  await roll.quietBut();
  roll.app.startAgent(leader);
  await roll.until(() => roll.isInside(first), `${first} is inside`);
  await roll.quietBut(first);
  roll.app.startAgent(last);
  await roll.quietBut(first);
  roll.letGo(first);
  return last;
}
