import { limit, type Policy } from '@baton/coordinator';

/** The locks of the charm, and how many units may work under each at once. */
export const CAPACITY: Readonly<Record<string, number>> = { restart: 1, upgrade: 1, backup: 2 };

/** Their names. */
export const LOCKS: readonly string[] = Object.keys(CAPACITY);

/** The policies of the locks that more than one unit may hold. */
export const POLICIES: Readonly<Record<string, Policy>> = { backup: limit(2) };
