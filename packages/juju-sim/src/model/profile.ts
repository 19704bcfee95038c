/** The line of Juju that the model follows. */
export type JujuSeries = '3.6' | '4.0';

/** In what the lines of Juju differ, as far as a charm can tell. */
export interface Profile {
  /** Which line it is. */
  readonly series: JujuSeries;
  /** What a hook finds in `JUJU_VERSION`. */
  readonly agentVersion: string;
  /** Whether `leader-get`, `leader-set` and the `leader-settings-changed` hook exist. */
  readonly leaderSettings: boolean;
  /** A counter notices that a bag went from A to B and back to A; a hash of the content does not. */
  readonly bagVersions: 'counter' | 'content-hash';
  /**
   * Whether a unit leaves the peer relation as soon as it is dying. Where it does not, it leaves
   * when it is removed for good, and by then Juju 4 has lost the event (juju/juju#23326): its peers
   * list it for ever.
   */
  readonly dyingUnitsDepart: boolean;
  /** Whether the controller puts `private-address` into a unit's databag beside `ingress-address`. */
  readonly privateAddress: boolean;
  /** Whether the leader needs the lease to read its application databag, not only to write it. */
  readonly appBagReadNeedsLease: boolean;
  /** The most bytes that all charm state of a unit may have; `undefined` is not enforced. */
  readonly maxCharmStateBytes: number | undefined;
  /** The most bytes of one databag, keys and values; `undefined` is not enforced. */
  readonly maxBagBytes: number | undefined;
}

/** The profiles by line. */
export const profiles: Readonly<Record<JujuSeries, Profile>> = {
  '3.6': {
    series: '3.6',
    agentVersion: '3.6.28',
    leaderSettings: true,
    bagVersions: 'counter',
    dyingUnitsDepart: true,
    privateAddress: true,
    appBagReadNeedsLease: false,
    maxCharmStateBytes: 2 * 1024 * 1024,
    maxBagBytes: undefined,
  },
  '4.0': {
    series: '4.0',
    agentVersion: '4.0.15',
    leaderSettings: false,
    bagVersions: 'content-hash',
    dyingUnitsDepart: false,
    privateAddress: false,
    appBagReadNeedsLease: true,
    maxCharmStateBytes: undefined,
    maxBagBytes: 16 * 1024 * 1024,
  },
};
