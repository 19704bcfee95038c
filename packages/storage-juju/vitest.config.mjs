import { project } from '../../vitest.shared.mjs';

export default project('storage-juju', { shared: true });
