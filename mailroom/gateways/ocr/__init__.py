"""Readers of printed and written text; each fits `inbound.recognition.Recogniser`."""
