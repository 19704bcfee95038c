import { anotherLeadsMeanwhile } from './slow-leader-reads-again.ts';
import type { History } from './stage/history.ts';

/** Leadership lost inside a hook for good. */
export const slowLeaderDeposed: History = {
  name: 'slow-leader-deposed',
  juju: '3.6',
  units: 2,
  shows: 'Leadership goes to another unit while a hook of the leader runs, and does not come back.',
  rule: 'A unit that leads no more writes no grants; its hook goes on, and the new leader decides.',
  async play(director) {
    await anotherLeadsMeanwhile(director);
    director.tells('The hook of db/0 goes on.');
    await director.runHook('db/0');
    director.nowHolds('upgrade db/1');
    director.tells(
      'db/1 ends its work, sees what db/0 has given back, and grants it what it asked for.',
    );
    await director.runHook('db/1');
    await director.settle();
  },
  worked: ['db/0 restart', 'db/1 upgrade', 'db/0 upgrade'],
  holders: [],
};
