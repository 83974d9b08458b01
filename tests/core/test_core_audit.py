"""The chain notices every kind of change, and names the first broken entry."""

from __future__ import annotations

import hashlib
import io
import json

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tomoni.core import audit
from tomoni.core.actor import system
from tomoni.core.audit import chain, checkpoint
from tomoni.core.audit.seal import content
from tomoni.core.models import AuditEntry, AuditHead, AuditVerification

ACTOR = system("test")


@pytest.fixture
def chained(db, django_capture_on_commit_callbacks):
    """Ten sealed entries with their checkpoint."""
    with transaction.atomic():
        for n in range(1, 11):
            audit.record(actor=ACTOR, verb="t.write", target=f"thing:{n}", fields={"氏名": f"山田 {n}"})
    with django_capture_on_commit_callbacks(execute=True):
        assert audit.seal() == 10
    assert audit.verify().ok


def broken():
    found = audit.verify()
    assert not found.ok
    assert found.message
    return found.first_broken, found.reason


def rechain(start: int) -> None:
    """What an intruder with the database but without the key can do: digests that fit."""
    before = AuditEntry.objects.filter(seq=start - 1).first()
    previous = before.digest if before else chain.GENESIS
    for entry in AuditEntry.objects.filter(seq__gte=start).order_by("seq"):
        previous = chain.entry_digest(previous, content(entry))
        AuditEntry.objects.filter(pk=entry.pk).update(digest=previous)
    AuditHead.objects.update(digest=previous, count=AuditEntry.objects.filter(seq__isnull=False).count())


def test_values_are_never_kept(chained):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_auditentry")
        assert "山田" not in str(cursor.fetchall())


def test_digest_is_keyed_and_bound_to_its_place():
    value = audit.value_digest("a:1", "氏名", "山田")
    assert value == audit.value_digest("a:1", "氏名", "山田")
    assert value != audit.value_digest("a:2", "氏名", "山田")
    assert value != audit.value_digest("a:1", "住所", "山田")
    assert value != hashlib.sha256(chain.canonical(["a:1", "氏名", "山田"])).hexdigest()


def test_outside_a_transaction_is_refused(transactional_db):
    with pytest.raises(RuntimeError):
        audit.record(actor=ACTOR, verb="x", target="x")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "user:9"),
        ("verb", "t.other"),
        ("target", "thing:99"),
        ("fields", {"氏名": "0"}),
        ("count", 5),
    ],
)
def test_changed(chained, column, value):
    AuditEntry.objects.filter(seq=4).update(**{column: value})
    assert broken() == (4, "changed")


def test_removed(chained):
    AuditEntry.objects.filter(seq=4).delete()
    assert broken() == (4, "removed")


def test_unsealed_again(chained):
    AuditEntry.objects.filter(seq=4).update(seq=None)
    assert broken() == (4, "removed")


def test_reordered(chained):
    AuditEntry.objects.filter(seq=4).update(seq=99)
    AuditEntry.objects.filter(seq=7).update(seq=4)
    AuditEntry.objects.filter(seq=99).update(seq=7)
    assert broken() == (4, "changed")


def test_inserted(chained):
    entry = AuditEntry.objects.get(seq=10)
    entry.pk, entry.seq = None, 11
    entry.digest = chain.entry_digest(AuditEntry.objects.get(seq=10).digest, content(entry))
    entry.save()
    assert broken() == (11, "added")


def test_tail_cut(chained):
    AuditEntry.objects.filter(seq__gt=7).delete()
    assert broken() == (8, "truncated")


def test_tail_and_head_cut(chained):
    AuditEntry.objects.filter(seq__gt=7).delete()
    rechain(8)
    assert not audit.verify().ok


def test_tail_and_head_cut_with_an_old_signed_head(chained, django_capture_on_commit_callbacks):
    old = AuditHead.objects.get()
    with transaction.atomic():
        audit.record(actor=ACTOR, verb="t.more", target="x")
    audit.seal()
    point = checkpoint.Checkpoint(old.chain, 11, AuditHead.objects.get().digest, "2026-11-24T00:00:00+00:00")
    checkpoint.write(point)
    AuditEntry.objects.filter(seq=11).delete()
    old.save()
    assert broken() == (11, "truncated")


def test_everything_gone(chained):
    AuditEntry.objects.all().delete()
    AuditHead.objects.all().delete()
    assert broken() == (1, "checkpoint")


def test_whole_chain_written_anew(chained):
    AuditEntry.objects.filter(seq=2).update(actor="user:9")
    rechain(1)
    assert not audit.verify().ok


def test_last_entry_changed_with_its_digest(chained):
    AuditEntry.objects.filter(seq=10).update(actor="user:9")
    entry = AuditEntry.objects.get(seq=10)
    entry.digest = chain.entry_digest(AuditEntry.objects.get(seq=9).digest, content(entry))
    entry.save()
    assert not audit.verify().ok


def test_checkpoint_file_changed(chained):
    path = checkpoint.file()
    row = json.loads(path.read_text())
    path.write_text(json.dumps(row | {"count": 3}) + "\n")
    assert broken() == (None, "checkpoint_file")
    path.write_text("not json\n")
    assert broken() == (None, "checkpoint_file")


def test_another_key_is_noticed(chained, settings):
    settings.SECRET_KEY = "another" * 10
    assert broken()[1] == "head"


def test_unsealed_entries_do_not_break(chained):
    with transaction.atomic():
        audit.record(actor=ACTOR, verb="t.more", target="x")
    found = audit.verify()
    assert (found.ok, found.entries, found.sealed, found.unsealed) == (True, 11, 10, 1)
    assert AuditVerification.objects.latest("pk").ok


def test_checkpoints_are_rare(chained, django_capture_on_commit_callbacks):
    with transaction.atomic():
        audit.record(actor=ACTOR, verb="t.more", target="x")
    with django_capture_on_commit_callbacks(execute=True):
        audit.seal()
    points, clean = checkpoint.read()
    assert clean
    assert [p.count for p in points] == [10]


def test_bulk_is_one_entry(db):
    items = [(f"record:{n}", {"氏名": f"山田 {n}"}) for n in range(1, 6)]
    with transaction.atomic():
        root = audit.record_bulk(actor=ACTOR, verb="record.import", target="app:1", items=items)
    entry = AuditEntry.objects.get()
    assert (entry.count, entry.merkle_root, entry.fields) == (5, root, {})
    assert root == audit.merkle_root(audit.leaf(t, f) for t, f in items)
    items[3] = ("record:4", {"氏名": "別人"})
    assert root != audit.merkle_root(audit.leaf(t, f) for t, f in items)


def naive_root(leaves: list[str]) -> str:
    """RFC 6962: split at the largest power of two below the count."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    left, right = naive_root(leaves[:k]), naive_root(leaves[k:])
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


@given(st.lists(st.binary(min_size=4, max_size=4), min_size=1, max_size=70))
def test_merkle_root_is_rfc_6962(values):
    leaves = [hashlib.sha256(v).hexdigest() for v in values]
    assert chain.merkle_root(leaves) == naive_root(leaves)


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.none(), st.dates())))
def test_canonical_does_not_depend_on_order(values):
    assert chain.canonical(values) == chain.canonical(dict(reversed(values.items())))
    json.load(io.BytesIO(chain.canonical({})))
