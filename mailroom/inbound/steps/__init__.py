"""The steps of the incoming line: each joins one station to the records and machines it needs, and may run twice."""
