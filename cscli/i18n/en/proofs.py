"""What a file has that cannot be so: keys that do not fit, and in a booking's what never happened; in English."""

TEXT = {
    "check.booking.customer": "its customer {id} is another kind of record; write the id of a customer, as CU-261120-9M2KQ4",
    "check.booking.passenger": "its passenger {id} has no file; write the id of a customer there is, or take it out",
    "check.booking.series": "its series {id} has no file; write the id of the first booking of the series, or take it out",
    "check.booking.hold": "has a hold_until and is {status}; only a request is held, take it out",
    "check.booking.waitlisted": "says it is waitlisted and is {status}; the events say that it does not wait, take it out",
    "check.booking.refund": "refund {number} is of {at}, when nothing happened that brings one; see the events",
    "check.booking.refund_paid": "refunds of {said} are said to be paid out, the events say {told}",
    "check.booking.price": "price says {said}, its parts come to {told}",
    "check.booking.price_time": "lasts from {start} to {end}, its price is for {from} to {to}; move it with `cscli booking change`",
    "check.overbooked": "{resource} carries {units} at {at}, it can carry {capacity}: {bookings}; move one with `cscli booking change {id}`, or cancel it",
    "key.missing": "{key} is missing",
    "key.unknown": "{key} is not a key the desk knows; remove it",
    "key.unknown_near": "{key} is not a key the desk knows; write {near}, or remove it",
    "key.choice": "{key} cannot be {value}; write one of {known}",
    "key.type": "{key} cannot be {value}; write {wanted}",
    "key.quotes": "{key} cannot be {value}; write {wanted}, with the quotes",
    "key.no_quotes": "{key} is in quotes; write {wanted} without",
}
