"""员工, 和办卡方式的钱, 中文。"""

TEXT = {
    "refused.scheme.keep": "不予办理: {scheme}须在付款来源留下 {keep}, 可办 {free}, 不够 {amount} (规定 {rule})。",
    "refused.scheme.most": "不予办理: {id} 已按{scheme}办过 {taken}, 最多 {most}, 再办 {amount} 就超了 (规定 {rule})。",
    "note.scheme": "提示: {scheme}请自行核对: {condition}。",
    "refused.told.nobody": "不予办理: {id} 的取消已没有要通知的人 (规定 {rule})。",
    "label.told.to_tell": "尚待通知",
    "label.told.result": "结果",
    "label.told.told": "已通知",
    "label.role.agent": "客服专员",
    "label.role.supervisor": "主管",
    "label.role.finance": "财务",
    "label.role.auditor": "审计",
    "refused.staff.stranger": "不予办理: {by} 在 records/staff/ 里没有档案或已离职 (规定 {rule})。请用 --by 或 CSCLI_BY 说明您是谁; 新同事先建以登录名命名的档案。",
    "note.stranger": "提示: {by} 在 records/staff/ 里没有档案或已离职; 仍已照此记录。",
}
