"""Uploaded files (添付): named by content, typed by content, bounded in size, served as download only."""

from tomoni.core.files.names import safe_name
from tomoni.core.files.serve import download_response, open_stored
from tomoni.core.files.sniff import sniff
from tomoni.core.files.store import store
from tomoni.core.files.zips import check_zip

__all__ = ["check_zip", "download_response", "open_stored", "safe_name", "sniff", "store"]
