"""`cscli booking show`: one booking, looked at without changing anything."""

import typer

from cscli.commands import people
from cscli.commands.options import BookingId, Json, Reason, Reveal
from cscli.desk import Desk
from cscli.render.booking import booking_card, booking_data
from cscli.render.history import history_table


def show(
    ctx: typer.Context, record: BookingId, reveal: Reveal = False, reason: Reason = None, as_json: Json = False
) -> None:
    """Show a booking with its biography."""
    desk = Desk(ctx.obj, as_json=as_json)
    found = desk.store.load(desk.store.resolve(record, "booking"))
    if reveal and found.customer:
        people.reveal(desk, (found.customer,), reason)

    view = people.view(desk, found.customer)
    desk.show(
        lambda: f"{booking_card(view, found, reveal=reveal)}\n\n{history_table(view, found)}",
        lambda: booking_data(view, found),
    )
