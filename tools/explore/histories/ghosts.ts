import type { History } from './stage/history.ts';

/** Juju 4 goes on listing a removed unit, and its last sheet stays readable. */
export const ghosts: History = {
  name: 'ghosts',
  juju: '4.0',
  units: 4,
  shows: 'On Juju 4 removed units stay listed: one held the lock, the other waited for it.',
  rule: 'A grant is dropped as gone, and a request is passed over, when goal-state does not name the unit.',
  async play(director) {
    director.tells('db/1 works. db/2 and db/3 wait, in this order.');
    director.wants('db/1', 'restart');
    director.wants('db/2', 'restart');
    director.wants('db/3', 'restart');
    await director.configures();
    await director.runHook('db/1');
    await director.runHook('db/2');
    await director.runHook('db/3');
    director.hears('db/0');
    for (let hooks = 0; hooks < 4; hooks += 1) await director.runHook('db/0');
    await director.runUntil('db/1', 'works under restart');
    director.tells(
      'The machines of db/1 and db/2 are lost, and the operator removes them by force.',
    );
    await director.does({ do: 'force-remove', unit: 'db/1' });
    await director.does({ do: 'force-remove', unit: 'db/2' });
    director.tells(
      'Juju tells nobody. The leader finds it out in its next hook, whatever that is.',
    );
    await director.configures();
    await director.settle();
  },
  worked: ['db/3 restart'],
  holders: [],
};
