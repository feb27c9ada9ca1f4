"""Options that many commands share, each said once."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="opt.json")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="opt.dry_run")]
At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="opt.at")]
Override = Annotated[bool, typer.Option("--override", help="opt.override")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="opt.reason")]
BookingId = Annotated[str, typer.Argument(metavar="ID", help="opt.booking_id", show_default=False)]
ComplaintId = Annotated[str, typer.Argument(metavar="ID", help="opt.complaint_id", show_default=False)]
CustomerId = Annotated[str, typer.Argument(metavar="CUSTOMER", help="opt.customer_id", show_default=False)]
CustomerName = Annotated[str | None, typer.Option("--customer", metavar="NAME|ID", help="opt.customer")]
PhoneNumber = Annotated[str | None, typer.Option("--phone", metavar="NUMBER", help="opt.phone")]
NewCustomer = Annotated[bool, typer.Option("--new-customer", help="opt.new_customer")]
Channel = Annotated[str, typer.Option("--channel", metavar="phone|online|email|walk_in|app|other", help="opt.channel")]
Reveal = Annotated[bool, typer.Option("--reveal", help="opt.reveal")]
Format = Annotated[str, typer.Option("--format", metavar="table|json|csv|md", help="opt.format")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=0, help="opt.limit")]
Sort = Annotated[str | None, typer.Option("--sort", metavar="COLUMN", help="opt.sort")]
FORMATS = ("table", "json", "csv", "md")
