"""A rolling restart with ops and charmlibs-rollingops as they are on PyPI."""

import os

import ops
from charmlibs import pathops
from charmlibs.rollingops import OperationResult, RollingOpsManager

import restart


class RollCharm(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        self.rolling = RollingOpsManager(
            self,
            callback_targets={"restart": self._restart},
            peer_relation_name="cluster",
            # Its own default is a folder of the system, which all units would share here.
            base_dir=pathops.LocalPath(self.charm_dir / "rollingops"),
        )
        framework.observe(self.on.config_changed, self._on_config_changed)

    def _on_config_changed(self, _):
        if restart.needed(self.config["version"]):
            self.rolling.request_async_lock("restart")

    def _restart(self):
        hook = os.path.basename(os.environ["JUJU_DISPATCH_PATH"])
        restart.run(self.unit.name, "rollingops", hook, self.config["version"])
        return OperationResult.RELEASE


ops.main(RollCharm)
