"""文件里不可能成立的内容: 不合规的键, 以及预订中与经过不符之处, 中文。"""

TEXT = {
    "check.booking.customer": "客户 {id} 是另一类记录; 请写客户编号, 如 CU-261120-9M2KQ4",
    "check.booking.passenger": "同行人 {id} 没有档案; 请写已有客户的编号, 或删去",
    "check.booking.series": "系列 {id} 没有文件; 请写系列中第一个预订的编号, 或删去",
    "check.booking.hold": "状态为{status}却有 hold_until; 只有申请才保留, 请删去",
    "check.booking.waitlisted": "状态为{status}却写着 waitlisted; 按事件它不在候补, 请删去",
    "check.booking.refund": "第 {number} 笔退款的时间是 {at}, 当时没有引起退款的事件; 请看事件",
    "check.booking.refund_paid": "写明已付的退款共 {said}, 按事件应为 {told}",
    "check.booking.price": "price 写的是 {said}, 各部分合计 {told}",
    "check.booking.price_time": "时间是 {start} 到 {end}, 价格按 {from} 到 {to} 计; 用 `cscli booking change` 改期",
    "check.overbooked": "{resource} 在 {at} 被占 {units}, 容量只有 {capacity}: {bookings}; 请用 `cscli booking change {id}` 改期, 或取消其中一个",
    "key.missing": "缺少 {key}",
    "key.unknown": "{key} 不是客服台认识的键; 请删去",
    "key.unknown_near": "{key} 不是客服台认识的键; 请写 {near}, 或删去",
    "key.choice": "{key} 不能是 {value}; 请写 {known} 之一",
    "key.type": "{key} 不能是 {value}; 请写{wanted}",
    "key.quotes": "{key} 不能是 {value}; 请写 {wanted}, 要带引号",
    "key.no_quotes": "{key} 带了引号; 请写 {wanted}, 不带引号",
}
