/** The one method that Juju's agent offers to hook tools. */
export const JUJUC_METHOD: string = 'Jujuc.Main';

/** With what error the agent asks for the call to be repeated with standard input. */
export const STDIN_REQUIRED: string = 'hook tool requires stdin, none supplied';

/** The call of a hook tool, as it goes to the agent. */
export interface JujucRequest {
  /** The hook that it belongs to: `JUJU_CONTEXT_ID`. */
  readonly contextId: string;
  /** The working directory that file arguments are relative to; must be absolute. */
  readonly dir: string;
  /** The name of the tool. */
  readonly commandName: string;
  /** Its arguments, without its name. */
  readonly args: readonly string[];
  /** What it reads from standard input; undefined where none was given, which is not the same as none at all. */
  readonly stdin?: Uint8Array | undefined;
  /** Empty, except for the calls of Kubernetes operators up to Juju 3.6. */
  readonly token?: string | undefined;
}

/** How a hook tool ended, as it comes from the agent. */
export interface JujucReply {
  /** What it exits with. */
  readonly code: number;
  /** What it prints. */
  readonly stdout: Uint8Array;
  /** What it says on standard error. */
  readonly stderr: Uint8Array;
}
