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
    "hint.field.answer": "答复",
    "hint.field.fee": "费用",
    "hint.field.next": "下一步",
    "hint.after_start": "开始后 {notice}",
    "hint.rule.cancelled_after": "开始后 {notice} 取消{required}: {reason}",
    "hint.next.pay": "还欠 {owed}: cscli booking pay {id}",
    "hint.next.refund": "应退 {promised}, 由财务付款: cscli booking refund {id}",
    "hint.next.ask_guest": "请联系客人: cscli booking check-arrival {id} --with customer",
    "hint.next.absent": "客人不来了: cscli booking no-show {id} --phoned",
    "hint.next.called_off": "客人已取消: cscli booking cancel {id} --phoned",
    "hint.next.waiting": "候补中; 有空位时: cscli booking offer {id}, 改订其他时间: cscli booking confirm {id} --start 时间",
    "hint.next.declined": "不再候补: cscli booking close {id}",
}
