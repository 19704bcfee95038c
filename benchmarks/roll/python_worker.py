"""Runs the hooks of charms in Python, each as if in a process of its own, without the start of one.

Reads a line of JSON with a hook from standard input, forks, and runs the charm in the child; everything that
Python has to load is loaded by then. The child starts no process: what the charm would start is written to
standard output, a line of JSON each, and a line of JSON with what came of it is read.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import subprocess
import sys
import time
import traceback

INPUT, OUTPUT = os.dup(0), os.dup(1)
PIPE = subprocess.PIPE


def read():
    """The next line; None at the end. Never more than it: the next may be for another process."""
    line = b""
    while not line.endswith(b"\n"):
        # The other side waits for an answer before it writes again, so there is one line or a part of it.
        part = os.read(INPUT, 65536)
        if not part:
            return None
        line += part
    return json.loads(line)


def write(message):
    line = json.dumps(message).encode() + b"\n"
    while line:
        line = line[os.write(OUTPUT, line) :]


class Popen:
    """Stands in for subprocess.Popen, under run, call, check_call and check_output."""

    def __init__(self, args, stdin=None, stdout=None, stderr=None, **options):
        self.args = list(args)
        self.returncode = None
        # No process has this number.
        self.pid = 2**31 - 1
        self._captures = stdout == PIPE, stderr == PIPE
        self._is_text = any(
            options.get(name) for name in ("encoding", "errors", "text", "universal_newlines")
        )
        self._result = None
        if os.path.basename(self.args[0]).startswith("python"):
            run_in_background([str(arg) for arg in self.args[1:] if arg != "-u"])
            self.returncode = 0
            self._result = {"code": 0, "stdout": "", "stderr": ""}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wait()

    def communicate(self, input=None, timeout=None):
        if self._result is None:
            self._result = call_tool(self.args, input)
            self.returncode = self._result["code"]
        texts = self._result["stdout"], self._result["stderr"]
        return tuple(
            (text if self._is_text else text.encode()) if captured else None
            for text, captured in zip(texts, self._captures)
        )

    def wait(self, timeout=None):
        self.communicate()
        return self.returncode

    def poll(self):
        return self.returncode

    def kill(self):
        pass


def call_tool(args, stdin):
    tool, args = os.path.basename(args[0]), [str(arg) for arg in args[1:]]
    if isinstance(stdin, bytes):
        stdin = stdin.decode()
    if "--file" in args and args[args.index("--file") + 1] != "-":
        place = args.index("--file") + 1
        with open(args[place]) as file:
            stdin, args[place] = file.read(), "-"
    write({"tool": tool, "args": args, "stdin": stdin or ""})
    # Nobody looks at what it says, so nobody has to wait for it.
    return {"code": 0, "stdout": "", "stderr": ""} if tool == "juju-log" else read()


def run_in_background(args):
    """Runs a script that sleeps and then calls juju-exec: how long it sleeps, and what it runs, is told."""
    slept = 0

    def sleep(seconds):
        nonlocal slept
        slept += seconds

    def run(command, **_):
        program, flag, unit, script = command
        assert (os.path.basename(program), flag) == ("juju-exec", "-u"), command
        write({"exec": script, "unit": unit, "afterSeconds": slept})
        read()
        return subprocess.CompletedProcess(command, 0)

    child = os.fork()
    if child == 0:
        time.sleep, subprocess.run, sys.argv = sleep, run, args
        end(lambda: runpy.run_path(args[0], run_name="__main__"))
    os.waitpid(child, 0)


def no_such_process(pid, _):
    raise ProcessLookupError(pid)


def run_hook(hook):
    folder = hook["folder"]
    os.environ.clear()
    os.environ.update(hook["environment"])
    os.chdir(folder)
    sys.path[:0] = [os.path.join(folder, "src"), os.path.join(folder, "lib")]
    sys.argv = ["src/charm.py"]
    subprocess.Popen = Popen
    os.kill = no_such_process
    runpy.run_path("src/charm.py", run_name="__main__")


def end(run):
    """Ends the process as Python does when a program has ended."""
    code = 0
    try:
        run()
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    sys.stderr.flush()
    os._exit(code)


def main():
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    for name in sys.argv[1:]:
        importlib.import_module(name)
    # It loads more when it is first used.
    runpy.run_path(os.devnull)
    # What is loaded is left alone by the collector of the children, and so stays shared with them.
    gc.disable()
    gc.freeze()
    while (hook := read()) is not None:
        child = os.fork()
        if child == 0:
            end(lambda: run_hook(hook))
        _, status = os.waitpid(child, 0)
        write({"exit": os.waitstatus_to_exitcode(status)})


main()
