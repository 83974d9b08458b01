"""What other rooms may ask of talk."""

from __future__ import annotations

from tomoni.records.talk.actions.add_comment import add_comment
from tomoni.records.talk.actions.edit_comment import delete_comment, edit_comment
from tomoni.records.talk.queries import Comment, comments

__all__ = ["Comment", "add_comment", "comments", "delete_comment", "edit_comment"]
