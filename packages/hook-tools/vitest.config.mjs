import { project } from '../../vitest.shared.mjs';

export default project('hook-tools', { shared: true });
