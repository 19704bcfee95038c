import { project } from '../../vitest.shared.mjs';

export default project('coordinator', { shared: true });
