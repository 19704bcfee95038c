import type { History } from './stage/history.ts';

/** Work that was begun is gone on with, whoever leads by then. */
export const leaderDies: History = {
  name: 'leader-dies',
  juju: '3.6',
  units: 3,
  shows: 'The leader dies while it holds the lock, and its retried hook takes its own grant up.',
  rule: 'A grant under a ticket that its unit never published is in flight: every leader keeps it, and its unit adopts it.',
  async play(director) {
    director.tells('Every unit is to restart. The leader grants itself the lock and begins.');
    for (const unit of ['db/0', 'db/1', 'db/2']) director.wants(unit, 'restart');
    await director.configures();
    await director.runUntil('db/0', 'works under restart');
    director.tells('Its machine goes down. A minute later another unit leads.');
    await director.does({ do: 'crash', unit: 'db/0' });
    await director.waits(61_000);
    await director.settle();
    director.nowHolds('restart db/0');
    director.tells('The machine is back. The hook that was cut off runs again.');
    await director.does({ do: 'start', unit: 'db/0' });
    await director.settle();
  },
  worked: ['db/0 restart', 'db/1 restart', 'db/2 restart'],
  holders: [],
};
