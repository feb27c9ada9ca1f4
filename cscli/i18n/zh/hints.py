"""不行时还有什么可订, 由谁可以越过规定(中文)。"""

TEXT = {
    "hint.space": "",
    "hint.or": "或",
    "hint.override": "{roles}可加 --override --reason。",
    "hint.column.route": "线路",
    "hint.column.seats": "余座 x 票价",
    "hint.free.left_out": "按规定现在不能预订的时间没有列出。{why}",
    "hint.free.between": "{service} 在 {day} {first} 至 {last} 没有空余。",
    "hint.free.next": "最近的空余时间是 {time}。",
    "hint.free.named": "{resources} 在 {day} 已订满, 其他资源还有空: 不写 --resource 即可。",
    "hint.free.small": "{resources} 只坐 {seats} 人, 容不下 {party} 人: 不写 --resource, 或用 --units 多订。",
    "hint.free.party": "{day} {service} 没有一处能容纳 {party} 人; {units} 处一起可以: 请加 --units {units}。",
    "unavailable.class": "{service} 在 {asked} 已没有{seat_class}; 同一班还有{classes} (--class)。",
    "unavailable.class.free": "{name} 空 {free}",
    "unavailable.class.fare": "{name} 空 {free}, 每座 {fare}",
    "ask.no_show": "已问过没有人来, 确认未到",
    "ask.no_show.told": "未到要收费 {fee}; 来了的用 `cscli booking arrive`, 来过电话的加 --phoned。",
    "busy.rebase": "git 变基还没有完成 ({path}), 这时写入的记录会丢失; 请先 `git rebase --continue` 或 `git rebase --abort`",
    "note.detached": "提示: git 不在任何分支上, 切换分支后这些记录就看不到了; 请用 `git switch -c 名称` 留住",
}
