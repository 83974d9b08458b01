"""The backup file: hostile names, changed members, half-written files."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from tomoni.cli.backups import archive, folders


def packed(
    path: Path, members: dict[str, bytes], kind: bytes = tarfile.REGTYPE, manifest: dict | None = None
) -> Path:  # type: ignore[type-arg]
    with gzip.open(path, "wb") as raw, tarfile.open(fileobj=raw, mode="w|") as tar:
        for name, body in members.items():
            member = tarfile.TarInfo(name)
            member.size, member.type, member.linkname = len(body), kind, "/etc/passwd"
            tar.addfile(member, io.BytesIO(body))
        if manifest is not None:
            body = json.dumps(manifest).encode()
            member = tarfile.TarInfo("manifest.json")
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return path


def good(path: Path, passphrase: str = "") -> Path:
    (path.parent / "a").write_bytes(b"hello")
    with archive.open_writer(path, passphrase) as writer:
        writer.add("data/a", path.parent / "a")
        writer.finish({"tables": {"t": 1}})
    return path


@pytest.mark.parametrize("passphrase", ["", "合言葉です"])
def test_round_trip(tmp_path: Path, passphrase: str) -> None:
    path = good(tmp_path / "b.tomoni", passphrase)
    assert archive.is_sealed(path) == bool(passphrase)
    assert path.stat().st_mode & 0o777 == 0o600
    manifest = archive.extract(path, tmp_path / "out", passphrase)
    assert manifest["tables"] == {"t": 1}
    assert (tmp_path / "out/data/a").read_bytes() == b"hello"


@pytest.mark.parametrize("name", ["../x", "data/../../x", "/etc/x", "data/", "other/x", "data"])
def test_hostile_names_are_refused(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "b", {name: b"x"}, manifest={"format": 1, "members": {}})
    with pytest.raises(archive.Broken):
        archive.extract(path, tmp_path / "out", "")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_only_plain_files(tmp_path: Path, kind: bytes) -> None:
    path = packed(tmp_path / "b", {"data/x": b""}, kind, {"format": 1, "members": {}})
    with pytest.raises(archive.Broken):
        archive.extract(path, tmp_path / "out", "")


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        {"format": 2, "members": {}},
        {"format": 1, "members": {}},
        {"format": 1, "members": {"data/x": {"sha256": "0" * 64, "size": 1}}},
        {"format": 1, "members": {"data/y": {"sha256": "0" * 64, "size": 1}}},
    ],
)
def test_manifest_must_fit(tmp_path: Path, manifest: dict | None) -> None:  # type: ignore[type-arg]
    path = packed(tmp_path / "b", {"data/x": b"x"}, manifest=manifest)
    with pytest.raises(archive.Broken):
        archive.extract(path, tmp_path / "out", "")


def test_cut_off_file(tmp_path: Path) -> None:
    path = good(tmp_path / "b.tomoni")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(archive.Broken):
        archive.extract(path, tmp_path / "out", "")


def test_a_failed_writing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), archive.open_writer(tmp_path / "b", "") as writer:
        writer.add("data/none", tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_members_leave_out_the_live_database_and_temporary_things(tmp_path: Path) -> None:
    for name in (
        "tomoni.sqlite3",
        "tomoni.sqlite3-wal",
        "tomoni.env",
        "a.part",
        ".x/y",
        "logs/a",
        "files/ab/c",
        "audit/d",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [name for name, _path in folders.members(tmp_path, store=False)] == ["audit/d", "tomoni.env"]
    assert [name for name, _path in folders.members(tmp_path, store=True)] == ["files/ab/c"]
