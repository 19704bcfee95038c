import { basename, dirname } from 'node:path';

import { unescapeName } from './escape.ts';
import type { Folder } from './folder.ts';

/** The command with which an operator moves a document out of the way, to be copied from a message. */
export function repairCommand(folder: Folder, document: string): string {
  const key = unescapeName(basename(folder.path));
  const option = key === undefined || key === 'baton' ? '' : ` --key '${key}'`;
  return `baton-files set-aside ${dirname(folder.path)} ${document}${option}`;
}
