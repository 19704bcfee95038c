/** What `dispatch` starts: it runs the charm, which is bundled beside it. */
import { runBundle } from '@baton/charm/start';

runBundle('program.cjs');
