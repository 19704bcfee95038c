import { project } from '../../vitest.shared.mjs';

export default project('explore');
