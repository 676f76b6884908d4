"""Every kind of page there is, and a journal in which each of them has something to show."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

PATHS = (
    "/",
    "/alarms/1",
    "/alarms/5",
    "/now",
    "/about",
    "/place",
    "/place/more",
    "/place/spread",
    "/place/feel/worst",
    "/place/measure",
    "/ask/worse_standing",
    "/ask/scn_point_reproduces",
    "/ask/done",
    "/ask/hands",
    "/answers",
    "/treatments",
    "/fits",
    "/fits/scn_entrapment",
    "/plan",
    "/doctor",
    "/doctor/page",
    "/blocks",
    "/learn",
    "/learn/guide",
    "/learn/anatomy",
    "/learn/tests",
    "/learn/tests/diagnostic_block",
    "/learn/treatments",
    "/learn/prevention",
    "/learn/self-care",
    "/learn/questions",
    "/learn/causes",
    "/learn/causes/scn_entrapment",
    "/learn/findings/scn_tinel",
    "/sources",
    "/sources/maigne1997",
    "/data",
    "/display",
    "/no/such/page",
)
