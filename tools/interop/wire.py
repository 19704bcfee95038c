"""Reads and writes documents with the code of charmhelpers.coordinator, for comparison with Baton.

Takes one JSON document a line: tickets as microseconds since 1970 in "requests" and "grants", and the
texts that somebody else wrote of them in "texts". Answers each with what charmhelpers writes of the
tickets ("texts"), and with the tickets that it reads from the texts ("read").
"""

import json
import sys
from datetime import datetime, timedelta

from charmhelpers import coordinator
from charmhelpers.core import hookenv

UNIT = "roll/0"
EPOCH = datetime(1970, 1, 1)
relation, leader = {}, {}

# The hook tools: what is set is what is got.
hookenv.local_unit = lambda: UNIT
hookenv.is_leader = lambda: True
hookenv.log = lambda *_, **__: None
hookenv.related_units = lambda _: []
hookenv.relation_get = lambda key, unit, _: relation.get(key) if unit == UNIT else None
hookenv.relation_set = lambda _, relation_settings: relation.update(relation_settings)
hookenv.leader_get = lambda key: leader.get(key)
hookenv.leader_set = leader.update

serial = coordinator.Serial()
serial.relid = "cluster:0"


def stamps(tickets):
    return {name: stamp(ticket) for name, ticket in tickets.items()}


def stamp(ticket):
    coordinator._utcnow = lambda: EPOCH + timedelta(microseconds=ticket)
    return coordinator._timestamp()


def tickets(locks):
    return {
        lock: (datetime.strptime(text, coordinator._timestamp_format) - EPOCH)
        // timedelta(microseconds=1)
        for lock, text in locks.items()
    }


for line in sys.stdin:
    case = json.loads(line)
    relation[serial.key], leader[serial.key] = case["texts"]["requests"], case["texts"]["grants"]
    serial._load_state()
    read = {
        "requests": tickets(serial.requests[UNIT]),
        "grants": {unit: tickets(locks) for unit, locks in serial.grants.items()},
    }
    serial.requests = {UNIT: stamps(case["requests"])}
    serial.grants = {unit: stamps(locks) for unit, locks in case["grants"].items()}
    serial._save_state()
    texts = {"requests": relation[serial.key], "grants": leader[serial.key]}
    print(json.dumps({"texts": texts, "read": read}))
