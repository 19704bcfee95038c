import { project } from '../../vitest.shared.mjs';

export default project('storage-file', { shared: true });
