/** What the demo's agent loads: its charm and the store, and no server. */
export { FileLockStore } from '@baton/storage-file';

export { runUnit } from '../apps/demo/src/run-unit.ts';
