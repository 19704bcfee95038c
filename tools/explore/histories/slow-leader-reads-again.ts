import type { Director } from './stage/director.ts';
import type { History } from './stage/history.ts';

/** While `db/0` blocks its event loop in a hook, `db/1` leads and takes the lock for upgrades. */
export async function anotherLeadsMeanwhile(director: Director): Promise<void> {
  director.tells(
    'The leader blocks its event loop for minutes, so that it cannot ask whether it leads.',
  );
  director.wants('db/0', 'restart', { ms: 180_000, blocking: true });
  director.wants('db/0', 'upgrade');
  await director.configures();
  await director.runUntil('db/0', 'works under restart');
  director.tells('Meanwhile db/1 leads, and grants itself the lock that db/0 will ask for.');
  await director.does({ do: 'lapse', unit: 'db/1' });
  director.wants('db/1', 'upgrade', { ms: 240_000, blocking: true });
  await director.runUntil('db/1', 'works under upgrade');
}

/** Leadership there and back inside a hook, where a hook can read the grants anew. */
export const slowLeaderReadsAgain: History = {
  name: 'slow-leader-reads-again',
  juju: '3.6',
  units: 2,
  shows: 'Leadership goes to another unit and back within one hook of the leader.',
  rule: 'With a broken chain of yeses a leader decides on nothing that it read before.',
  async play(director) {
    await anotherLeadsMeanwhile(director);
    director.tells('db/0 leads again, and has not noticed anything. Its hook goes on.');
    await director.does({ do: 'lapse', unit: 'db/0' });
    await director.runHook('db/0');
    director.nowHolds('upgrade db/1');
    director.tells('db/1 ends its work, and the lock goes to db/0.');
    await director.runHook('db/1');
    await director.settle();
  },
  worked: ['db/0 restart', 'db/1 upgrade', 'db/0 upgrade'],
  holders: [],
};
