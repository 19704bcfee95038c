import type { GrantSheet } from '@baton/coordinator';
import type { Settings } from '@baton/hook-tools';

/** The grant sheet as one session sees it, in one of the two places where Juju can keep it. */
export interface SessionGrants {
  readonly visibility: 'immediate' | 'on-commit';
  /** The sheet, what this session wrote included; undefined where there is none. */
  read(): Promise<GrantSheet | undefined>;
  write(sheet: GrantSheet): Promise<void>;
  /** Drops what was read, where this hook can read anew. */
  readonly refresh?: () => Promise<void>;
  /** Mends a form that fell behind, in the place where that can be done before the hook ends, if one did. */
  mend?(): Promise<void> | undefined;
  /** What has to be set in the application's databag when the hook ends. */
  changes(): Settings;
}
