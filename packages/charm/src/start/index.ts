export { runBundle } from './run-bundle.ts';
