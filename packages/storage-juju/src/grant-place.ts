import { LockStoreError } from '@baton/coordinator';
import type { JujuVersion } from '@baton/hook-tools';

/** Where the leader keeps the grants. */
export type GrantPlace = 'leader-settings' | 'application-databag';

/** The last line of Juju that has leader settings. */
const LEADER_SETTINGS_MAJOR_MAX = 3;

/**
 * Whether a Juju has leader settings, which `charmhelpers.coordinator` cannot do without.
 *
 * @throws {LockStoreError} `UNSUPPORTED` where the version is not known
 */
export function hasLeaderSettings(version: JujuVersion | undefined): boolean {
  if (version !== undefined) return version.major <= LEADER_SETTINGS_MAJOR_MAX;
  throw new LockStoreError(
    'UNSUPPORTED',
    'where the grants belong depends on the version of Juju, and JUJU_VERSION is not set: run inside a hook of Juju',
  );
}

/**
 * Where grants belong: all units of an application must come to the same, so it is never probed.
 *
 * @throws {LockStoreError} `UNSUPPORTED` for leader settings where Juju has none, and where the version is not known
 */
export function grantPlace(
  asked: GrantPlace | undefined,
  version: JujuVersion | undefined,
): GrantPlace {
  const leaderSettings = hasLeaderSettings(version);
  if (asked === undefined) return leaderSettings ? 'leader-settings' : 'application-databag';
  if (asked === 'application-databag' || leaderSettings) return asked;
  throw new LockStoreError(
    'UNSUPPORTED',
    `grants were asked to be kept in leader settings, which Juju ${version?.text ?? ''} does not have: leave the ` +
      'option `grants` away, or give "application-databag"',
  );
}
