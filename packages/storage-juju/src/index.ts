export type { GrantPlace } from './grant-place.ts';
export { JujuLockStore } from './juju-lock-store.ts';
export type { JujuLockStoreOptions } from './juju-lock-store.ts';
