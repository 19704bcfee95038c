/** The tools that change nothing, so that running one twice is as good as once. */
const READING_TOOLS: ReadonlySet<string> = new Set([
  'action-get',
  'config-get',
  'goal-state',
  'is-leader',
  'leader-get',
  'network-get',
  'opened-ports',
  'relation-get',
  'relation-ids',
  'relation-list',
  'relation-model-get',
  'state-get',
  'status-get',
  'storage-get',
  'storage-list',
  'unit-get',
]);

/** Whether a tool may be run again where its answer was lost. */
export function isReadingTool(tool: string): boolean {
  return READING_TOOLS.has(tool);
}
