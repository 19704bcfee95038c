import { inspect } from 'node:util';
import type { Logger } from '@baton/coordinator';
import {
  defaultTransport,
  jujuLog,
  SPAWN_ARGUMENT_BYTES_MAX,
  type HookToolTransport,
  type LogLevel,
} from '@baton/hook-tools';
import { sendableMessage } from './sendable-message.ts';

/**
 * Writes to Juju's log by `juju-log`: each line as soon as the one before is there, while the hook goes on.
 * Await {@link JujuLogger.flush} before the process ends. It fails no hook: a line that cannot be sent goes to
 * stderr, which Juju's agent logs as well.
 */
export class JujuLogger implements Logger {
  readonly #transport: HookToolTransport | undefined;
  #sent: Promise<void> | undefined;

  /** Sends nothing yet; `transport` is how `juju-log` is called, `defaultTransport()` where absent. */
  constructor(transport?: HookToolTransport) {
    this.#transport = transport;
  }

  /** Logs at the level `DEBUG`, which Juju's log leaves out unless it was told otherwise. */
  debug(message: string): void {
    this.#log('DEBUG', message);
  }

  /** Logs at the level `INFO`. */
  info(message: string): void {
    this.#log('INFO', message);
  }

  /** Logs at the level `WARNING`. */
  warn(message: string): void {
    this.#log('WARNING', message);
  }

  /** Logs at the level `ERROR`. */
  error(message: string): void {
    this.#log('ERROR', message);
  }

  /** Resolves when every line is where it goes, those that come meanwhile included; it never rejects. */
  async flush(): Promise<void> {
    while (this.#sent !== undefined) {
      const sent = this.#sent;
      await sent;
      if (this.#sent === sent) this.#sent = undefined;
    }
  }

  #log(level: LogLevel, message: string): void {
    this.#sent = this.#sendAfter(this.#sent, level, message);
  }

  async #sendAfter(
    before: Promise<void> | undefined,
    level: LogLevel,
    message: string,
  ): Promise<void> {
    await before;
    try {
      const text = sendableMessage(message, SPAWN_ARGUMENT_BYTES_MAX);
      await jujuLog(this.#transport ?? defaultTransport(), text, level);
    } catch (error) {
      // Whatever it was: what a hook did must not be undone because a line about it was not logged.
      const why = error instanceof Error ? error.message : inspect(error);
      process.stderr.write(`${level} ${message}\n(juju-log did not take that line: ${why})\n`);
    }
  }
}
