"""The HTTP interface for other systems, in the shape of GOV.UK Notify's, so that clients written for it work here."""
