/** The version of the Juju agent that runs the hook. */
export interface JujuVersion {
  /** 3 in `3.6.28`. */
  readonly major: number;
  /** 6 in `3.6.28`. */
  readonly minor: number;
  /** 28 in `3.6.28`; 0 before the first release of a minor version, as in `4.1-beta2`. */
  readonly patch: number;
  /** As Juju says it. */
  readonly text: string;
}

const VERSION = /^(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9})(?:\.\d+)?|-[a-z]+\d+(?:\.\d+)?)$/;

/** Reads a version of Juju, as in `3.6.28`, `4.1-beta2` or `2.9.52.1`; undefined for what is none. */
export function parseJujuVersion(text: string): JujuVersion | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch = '0'] = match;
  return Object.freeze({ major: Number(major), minor: Number(minor), patch: Number(patch), text });
}
