"""员工, 和办卡方式的钱, 中文。"""

TEXT = {
    "refused.scheme.keep": "不予办理: {scheme}须在付款来源留下 {keep}, 可办 {free}, 不够 {amount} (规定 {rule})。",
    "refused.scheme.most": "不予办理: {id} 已按{scheme}办过 {taken}, 最多 {most}, 再办 {amount} 就超了 (规定 {rule})。",
    "note.scheme": "提示: {scheme}请自行核对: {condition}。",
}
