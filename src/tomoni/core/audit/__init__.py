"""The audit chain (監査の記録). Inside an action call `record(...)`; the sealer chains entries within a second."""

from tomoni.core.audit.chain import leaf, merkle_root, value_digest
from tomoni.core.audit.seal import seal
from tomoni.core.audit.verify import VerifyResult, verify
from tomoni.core.audit.write import record, record_bulk

__all__ = ["VerifyResult", "leaf", "merkle_root", "record", "record_bulk", "seal", "value_digest", "verify"]
