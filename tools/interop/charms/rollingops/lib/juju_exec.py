"""juju-exec -u UNIT COMMAND: asks juju-sim, by its control socket, to run a command on a unit."""

import json
import os
import socket
import sys

# juju-sim has a folder for its socket and the units, a unit's folder in it, and the charm in that.
folder = os.path.abspath(__file__)
for _ in ("juju_exec.py", "lib", "charm", "unit"):
    folder = os.path.dirname(folder)
request = {
    "verb": "action",
    "unit": sys.argv[2],
    "name": "juju-exec",
    "parameters": {"command": sys.argv[3]},
}
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(os.path.join(folder, "control.socket"))
    connection.sendall(json.dumps(request).encode() + b"\n")
    reply = json.loads(connection.makefile().readline())
sys.exit(0 if reply.get("result", {}).get("status") == "completed" else 1)
