import assert from 'node:assert/strict';

import type { History } from './stage/history.ts';

/** A request that is made before there are peers. */
export const requestInInstall: History = {
  name: 'request-in-install',
  juju: '3.6',
  units: 2,
  shows: 'A new unit asks for the lock in install, when it has no peers yet.',
  rule: 'A sheet is stashed until the peers can be reached, and the stash goes once the sheet has been read back.',
  async play(director) {
    director.tells('A unit is added. Its install hook asks for the lock, and no later hook does.');
    await director.does({ do: 'add-unit' });
    director.wants('db/2', 'restart');
    await director.runHook('db/2');
    director.wantsNoMore('db/2', 'restart');
    director.tells('From its next hook on, the unit is in the peer relation.');
    await director.runHook('db/2');
    director.tells('The leader hears of it.');
    await director.settle();
    assert.equal(director.application.model.controller.unit('db/2').state.size, 0, 'its stash');
  },
  worked: ['db/2 restart'],
  holders: [],
};
