"""Answers for two programs that charmlibs-rollingops expects on a machine of Juju's, by their full paths:
/usr/bin/python3, with which it starts its worker, and /usr/bin/juju-exec, which the worker calls."""

import os
import subprocess
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
_PROGRAMS = {
    "/usr/bin/python3": [sys.executable],
    "/usr/bin/juju-exec": [sys.executable, os.path.join(_HERE, "juju_exec.py")],
}


class _Popen(subprocess.Popen):
    def __init__(self, args, *rest, **options):
        program = _PROGRAMS.get(args[0]) if isinstance(args, list) else None
        super().__init__(args if program is None else program + args[1:], *rest, **options)


subprocess.Popen = _Popen
