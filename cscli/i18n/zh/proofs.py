"""预订文件里不可能成立的内容, 中文。"""

TEXT = {
    "check.booking.customer": "客户 {id} 是另一类记录; 请写客户编号, 如 CU-261120-9M2KQ4",
    "check.booking.passenger": "同行人 {id} 没有档案; 请写已有客户的编号, 或删去",
    "check.booking.series": "系列 {id} 没有文件; 请写系列中第一个预订的编号, 或删去",
}
