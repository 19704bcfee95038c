import { project } from '../../vitest.shared.mjs';

export default project('juju-sim', { shared: true });
