import { project } from '../../vitest.shared.mjs';

export default project('storage-testkit', { shared: true });
