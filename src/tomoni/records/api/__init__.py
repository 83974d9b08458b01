"""The native API of records: `/api/v1/apps/…`. It only grows."""
