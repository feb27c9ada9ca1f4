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
}
