"""A rolling restart with charmhelpers.coordinator as it is on PyPI."""

import os

from charmhelpers import coordinator
from charmhelpers.core import hookenv

import restart

# The original looks for the agent in a folder that only a machine of Juju's has. This answers that one
# question, and nothing else.
hookenv.juju_version = lambda: os.environ["JUJU_VERSION"]

hook = os.path.basename(os.environ["JUJU_DISPATCH_PATH"])
hooks = hookenv.Hooks()
serial = coordinator.Serial()


def wanted():
    return hook not in ("stop", "remove") and restart.needed(restart.wanted())


@serial.require("restart", wanted)
def restart_service():
    restart.run(hookenv.local_unit(), "charmhelpers", hook, restart.wanted())


@hooks.hook(hook)
def every_hook():
    if hook in ("install", "config-changed"):
        restart.want(hookenv.config("version"))
    restart_service()


hooks.execute([hook])
