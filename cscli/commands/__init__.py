"""The faces of the desk: words to types, then read, decide, write, show.

`NOUNS` is the whole command line: for each noun its verbs, for each verb the file and function behind it. A file is
imported when its verb is named, so that looking something up does not pay for taking a booking.
"""

from collections.abc import Mapping

NOUNS: Mapping[str, Mapping[str, str] | str] = {
    "init": "init:init",
    "booking": {
        "create": "booking:create",
        "confirm": "booking_steps:confirm",
        "change": "booking:change",
        "cancel": "booking:cancel",
        "check-arrival": "booking_steps:check_arrival",
        "arrive": "booking_steps:arrive",
        "complete": "booking_steps:complete",
        "spend": "booking_steps:spend",
        "pay": "booking_steps:pay",
        "refund": "booking_steps:refund",
        "no-show": "booking_steps:no_show",
        "close": "booking_steps:close",
        "reopen": "booking_steps:reopen",
        "show": "booking_views:show",
        "list": "booking_views:list_",
        "free": "booking_views:free",
    },
    "complaint": {
        "create": "complaint:create",
        "acknowledge": "complaint:acknowledge",
        "assess": "complaint:assess",
        "judge": "complaint:judge",
        "plan": "complaint:plan",
        "resolve": "complaint:resolve",
        "follow-up": "complaint:follow_up",
        "close": "complaint:close",
        "cancel": "complaint:cancel",
        "reopen": "complaint:reopen",
        "hand-over": "complaint:hand_over",
        "show": "complaint_views:show",
        "list": "complaint_views:list_",
    },
    "customer": {
        "create": "customer:create",
        "change": "customer:change",
        "show": "customer:show",
        "list": "customer:list_",
    },
    "status": "status:status",
    "due": "due:due",
    "kpi": "kpi:kpi",
    "report": "report:report",
    "log": "log:log",
    "check": "check:check",
    "import": "imports:import_",
}
