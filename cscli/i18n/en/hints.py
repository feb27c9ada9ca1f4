"""What can be had where something cannot, and who may set a rule aside, in English."""

TEXT = {
    "hint.space": " ",
    "hint.or": " or ",
    "hint.override": "{roles} can add --override --reason.",
    "hint.column.route": "route",
    "hint.column.seats": "seats x fare",
    "hint.free.left_out": "Times that may not be booked are left out. {why}",
    "hint.free.between": "Nothing is free for {service} on {day} from {first} to {last}.",
    "hint.free.next": "The next free time is {time}.",
    "hint.free.named": "{resources} is taken all through {day}, others are not: leave out --resource.",
    "hint.free.small": "{resources} seats {seats}, too few for {party} people: leave out --resource, or ask for more with --units.",
    "hint.free.party": "No single place for {service} holds {party} people on {day}; {units} together do: add --units {units}.",
    "unavailable.class": "Nothing is free in {seat_class} for {service} at {asked}; on the same trip there is {classes} (--class).",
    "unavailable.class.free": "{name}: {free} free",
    "unavailable.class.fare": "{name}: {free} free at {fare}",
    "ask.no_show": "Nobody came, note it",
    "ask.no_show.told": "Who does not come is charged {fee}; of who came it is `cscli booking arrive`, of who phoned --phoned.",
    "busy.rebase": "a git rebase is under way ({path}), and what is written now would be lost with it; first `git rebase --continue` or `git rebase --abort`",
    "note.detached": "Note: git is on no branch, and its next checkout leaves this behind; `git switch -c NAME` keeps it",
}
