import { project } from '../../vitest.shared.mjs';

export default project('storage-memory', { shared: true });
