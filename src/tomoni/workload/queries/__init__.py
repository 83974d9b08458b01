"""Every read of the room; plain data out."""
