"""Formulas of calculated fields: text → tree → checked kinds → value. Pure; wired to fields by `records.compute`."""

from tomoni.engines.formula.arithmetic import MISSING
from tomoni.engines.formula.errors import MESSAGES, FormulaError
from tomoni.engines.formula.evaluate import evaluate
from tomoni.engines.formula.functions import FUNCTIONS
from tomoni.engines.formula.kinds import RESULTS, Kind, check, check_result
from tomoni.engines.formula.order import affected, ordered
from tomoni.engines.formula.parse import parse
from tomoni.engines.formula.tree import Node, fields

__all__ = [
    "FUNCTIONS",
    "MESSAGES",
    "MISSING",
    "RESULTS",
    "FormulaError",
    "Kind",
    "Node",
    "affected",
    "check",
    "check_result",
    "evaluate",
    "fields",
    "ordered",
    "parse",
]
