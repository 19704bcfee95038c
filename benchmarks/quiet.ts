import type { Logger } from '@baton/coordinator';

const nothing = (): void => undefined;

/** A logger that writes nothing, so that no terminal is measured. */
export const quiet: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
