"""Who acts (行為者): a person, a token, an anonymous resident, a device or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ActorKind = Literal["user", "token", "anonymous", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The one on whose behalf something is read or written, with rights resolved once a request.

    `rights` are capability codes such as `workload.import`; `departments` are the ids of the
    departments the person belongs to today **and all their ancestors**, `units` those without the ancestors,
    `heads` those the person heads (所属長); `roles` are role codes.
    """

    kind: ActorKind
    id: int | None = None
    label: str = ""
    rights: frozenset[str] = field(default_factory=frozenset)
    departments: frozenset[int] = field(default_factory=frozenset)
    units: frozenset[int] = field(default_factory=frozenset)
    heads: frozenset[int] = field(default_factory=frozenset)
    home_department: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    is_staff: bool = False

    def may(self, right: str) -> bool:
        """Whether this actor holds the capability; the system holds every one."""
        return self.kind == "system" or right in self.rights

    @property
    def ref(self) -> str:
        """A reference for the audit chain: `user:12`, `system:outbox`; never a name."""
        return (
            f"{self.kind}:{self.id if self.id is not None else self.label if self.kind == 'system' else '-'}"
        )


def system(label: str) -> Actor:
    """The system acting by itself, for example `system("outbox")`."""
    return Actor(kind="system", label=label)


ANONYMOUS = Actor(kind="anonymous", label="")
