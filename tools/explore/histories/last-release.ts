import type { History } from './stage/history.ts';

/** What the end of a leader's hook is for. */
export const lastRelease: History = {
  name: 'last-release',
  juju: '4.0',
  units: 3,
  shows: 'The leader gives its lock back, and the next unit is granted it in the same commit.',
  rule: 'The leader decides once more on the sheet that it is about to publish.',
  async play(director) {
    director.tells('Every unit is to restart. The leader asked first, and is granted the lock.');
    director.wants('db/0', 'restart');
    director.wants('db/1', 'restart');
    director.wants('db/2', 'restart');
    await director.configures();
    await director.runHook('db/0');
    await director.runHook('db/1');
    await director.runHook('db/2');
    director.tells('The leader hears of db/1 first. Its own grant shows up in that hook as well.');
    await director.does({ do: 'deliver', unit: 'db/0', topic: 'peer db/1' });
    await director.runHook('db/0');
    director.nowHolds('restart db/1');
    director.tells(
      'Each unit is told by a change of the grants, and works when its turn has come.',
    );
    await director.settle();
  },
  worked: ['db/0 restart', 'db/1 restart', 'db/2 restart'],
  holders: [],
};
