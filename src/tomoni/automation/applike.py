"""An app as rules see it: a published one, or the specification of one that a kit will make."""

from __future__ import annotations

from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import AppSpec

AppLike = AppSpec | AppSchema
