"""接下来做什么、由谁做, 中文。"""

TEXT = {
    "hint.space": "",
    "hint.or": "或",
    "hint.override": "{roles}可加 --override --reason。",
    "hint.role.agent": "客服",
    "hint.role.supervisor": "主管",
    "hint.role.finance": "财务",
    "hint.role.auditor": "审核员",
    "hint.field.before": "原为",
}
