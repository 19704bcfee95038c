"""The restart, and a witness of it that knows nothing of locks.

All units share a folder. Whoever restarts has exclusively created a file in it, and notes in a journal
when it began and ended, and whom it found there. A unit whose hook failed inside finds its own file on
the retry.
"""

import os
import sys
import time

APPLIED = "applied-version"
WANTED = "wanted-version"


def needed(version):
    """Whether this unit has not restarted with a version."""
    return _applied() != version


def want(version):
    """Keeps what the configuration says, so that no other hook has to ask for it."""
    with open(WANTED, "w") as file:
        file.write(str(version))


def wanted():
    """The version that this unit is to run; what it runs while its configuration has said nothing."""
    if not os.path.exists(WANTED):
        return _applied()
    with open(WANTED) as file:
        return int(file.read())


def run(unit, kind, hook, version):
    """Restarts a unit with a version."""
    folder = _folder()
    name = unit.replace("/", "-")
    inside = os.path.join(folder, "inside")
    other = _enter(inside, unit)
    if other is not None:
        _note(folder, "overlap", unit, kind, hook, other)
    _note(folder, "began", unit, kind, hook, version)
    time.sleep(0.01)
    while os.path.exists(os.path.join(folder, "hold-" + name)):
        time.sleep(0.005)
    if os.path.exists(os.path.join(folder, "fail-" + name)):
        sys.exit(1)
    with open(APPLIED, "w") as file:
        file.write(str(version))
    _note(folder, "ended", unit, kind, hook, version)
    if other is None:
        os.unlink(inside)


def _applied():
    if not os.path.exists(APPLIED):
        return 0
    with open(APPLIED) as file:
        return int(file.read())


def _folder():
    with open("shared-folder") as file:
        return file.read()


def _enter(inside, unit):
    """Goes inside. The unit that is there already, if it is another."""
    try:
        with open(inside, "x") as file:
            file.write(unit)
        return None
    except FileExistsError:
        try:
            with open(inside) as file:
                other = file.read()
        except FileNotFoundError:
            return "one that just left"
        return None if other == unit else other or "one that just came"


def _note(folder, *words):
    line = "\t".join(str(word) for word in (*words, int(time.time() * 1000))) + "\n"
    journal = os.open(os.path.join(folder, "journal"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(journal, line.encode())
    os.close(journal)
