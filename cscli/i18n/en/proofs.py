"""What a booking's file says that cannot be so, in English."""

TEXT = {
    "check.booking.customer": "its customer {id} is another kind of record; write the id of a customer, as CU-261120-9M2KQ4",
    "check.booking.passenger": "its passenger {id} has no file; write the id of a customer there is, or take it out",
    "check.booking.series": "its series {id} has no file; write the id of the first booking of the series, or take it out",
}
