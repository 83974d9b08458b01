"""The one writer: every change of an app or a record is a function here."""
