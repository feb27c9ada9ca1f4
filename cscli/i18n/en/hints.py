"""What to do next, and who may, in English."""

TEXT = {
    "hint.space": " ",
    "hint.or": " or ",
    "hint.override": "{roles} can add --override --reason.",
    "hint.role.agent": "an agent",
    "hint.role.supervisor": "a supervisor",
    "hint.role.finance": "finance",
    "hint.role.auditor": "an auditor",
    "hint.field.before": "Before",
    "hint.field.answer": "Answer",
    "hint.field.fee": "Fee",
    "hint.field.next": "Next",
    "hint.after_start": "{notice} after the start",
    "hint.rule.cancelled_after": "cancelled {notice} after the start{required}: {reason}",
    "hint.next.pay": "{owed} is still owed: cscli booking pay {id}",
    "hint.next.refund": "{promised} goes back, finance pays it out: cscli booking refund {id}",
    "hint.next.ask_guest": "ask the guest: cscli booking check-arrival {id} --with customer",
    "hint.next.absent": "nobody comes: cscli booking no-show {id} --phoned",
    "hint.next.called_off": "called off: cscli booking cancel {id} --phoned",
    "hint.next.waiting": "waits; offer what comes free: cscli booking offer {id}, another time is taken: cscli booking confirm {id} --start TIME",
    "hint.next.declined": "waits no longer: cscli booking close {id}",
}
