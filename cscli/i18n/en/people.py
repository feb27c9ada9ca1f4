"""The staff, and money of schemes, in English."""

TEXT = {
    "refused.scheme.keep": "Refused: by {scheme} {keep} stays where the money comes from, so {free} can be taken and "
    "not {amount} (rule {rule}).",
    "refused.scheme.most": "Refused: {id} has had {taken} by {scheme} and {most} is the most, so {amount} is too much "
    "(rule {rule}).",
    "note.scheme": "Note: look at this yourself for {scheme}: {condition}.",
    "refused.told.nobody": "Refused: nobody is left who would have to be told that {id} is cancelled (rule {rule}).",
    "label.told.to_tell": "To be told",
    "label.told.result": "Result",
    "label.told.told": "Told",
    "label.role.-": "none",
    "label.role.agent": "agent",
    "label.role.supervisor": "supervisor",
    "label.role.finance": "finance",
    "label.role.auditor": "auditor",
    "refused.staff.stranger": "Refused: {by} has no file in records/staff/, or has left (rule {rule}). Say who you are with --by or CSCLI_BY; a new colleague gets a file named by login.",
    "note.stranger": "Note: {by} has no file in records/staff/, or has left; it is written down all the same.",
    "help.staff": "Who works at the desk, and in which role",
    "help.staff.noun": "Who works at the desk, and in which role",
    "help.staff.add": "Open the file of somebody who works here\n\ncscli staff add li.na --name 'Li Na' --role agent",
    "help.staff.change": "Give somebody another role, or note the last day of who leaves\n\ncscli staff change li.na --left 2027-03-31",
    "help.staff.list": "List who works here, and who did",
    "refused.staff.known": "Refused: {login} has a file already (rule {rule}); change it with `cscli staff change {login}`.",
    "label.staff.login": "login",
    "label.staff.name": "name",
    "label.staff.role": "role",
    "label.staff.team": "team",
    "label.staff.joined": "since",
    "label.staff.left": "until",
    "label.staff.nobody": "Nobody has a file yet; open the first with `cscli staff add LOGIN --role supervisor`.",
}
