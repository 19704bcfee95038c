import { commitFailsAfterHandOver } from './commit-fails-after-hand-over.ts';
import { ghosts } from './ghosts.ts';
import { lastRelease } from './last-release.ts';
import { leaderAsksInAction } from './leader-asks-in-action.ts';
import { leaderDies } from './leader-dies.ts';
import { orphanGivenUp } from './orphan-given-up.ts';
import { requestInInstall } from './request-in-install.ts';
import { slowLeaderDeposed } from './slow-leader-deposed.ts';
import { slowLeaderReadsAgain } from './slow-leader-reads-again.ts';
import { slowLeaderWakes } from './slow-leader-wakes.ts';
import type { History } from './stage/history.ts';
import { twoOrphans } from './two-orphans.ts';

/** Every history, in the order of the page. */
export const HISTORIES: readonly History[] = [
  lastRelease,
  requestInInstall,
  leaderAsksInAction,
  leaderDies,
  orphanGivenUp,
  twoOrphans,
  slowLeaderReadsAgain,
  slowLeaderDeposed,
  slowLeaderWakes,
  ghosts,
  commitFailsAfterHandOver,
];
