"""Backups (控え): one file with the database, the files and a manifest, optionally sealed with a passphrase."""
