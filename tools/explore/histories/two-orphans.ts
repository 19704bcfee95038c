import type { History } from './stage/history.ts';

/** What becomes of an orphan is decided lock by lock. */
export const twoOrphans: History = {
  name: 'two-orphans',
  juju: '3.6',
  units: 3,
  shows: 'A hook that was cut off leaves two orphans: its retry adopts one and gives the other up.',
  rule: 'The leader keeps its own orphans while its code runs, whatever its last ticket says by then.',
  async play(director) {
    director.tells(
      'The leader works under two locks in one hook. In the second work its agent dies.',
    );
    director.wants('db/0', 'restart');
    director.wants('db/0', 'upgrade');
    await director.configures();
    await director.runUntil('db/0', 'works under upgrade');
    await director.does({ do: 'crash', unit: 'db/0' });
    director.tells('Others ask for both.');
    director.wants('db/1', 'restart');
    director.wants('db/2', 'upgrade');
    await director.runHook('db/1');
    await director.runHook('db/2');
    director.nowHolds('restart db/0', 'upgrade db/0');
    director.tells(
      'The agent is back within its lease. The charm wants a backup before it upgrades.',
    );
    director.wantsNoMore('db/0', 'upgrade');
    director.wants('db/0', 'backup');
    director.wants('db/0', 'upgrade');
    await director.does({ do: 'start', unit: 'db/0' });
    await director.retries('db/0');
    await director.settle();
  },
  worked: ['db/0 restart', 'db/0 backup', 'db/0 upgrade', 'db/1 restart', 'db/2 upgrade'],
  holders: [],
};
