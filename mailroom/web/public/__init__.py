"""Pages for residents, without an account: choosing email with a code, taking it back, reading an emailed letter."""
