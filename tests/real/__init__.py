"""Real data, of others: a resort hotel's bookings and complaints to a consumers' bureau, walked through the desk."""
