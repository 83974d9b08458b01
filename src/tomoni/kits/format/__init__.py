"""The kit file format, version 1: reading, checking, writing. Described in `docs/develop/kits.md`."""
