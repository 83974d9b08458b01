"""Prepare `.venv` (and, for the demo, the front end) from a clean checkout: `make setup`, `make assets`.

Runs with the system's Python and its standard library only, so that it can say in plain words what is
missing. It must be readable by old Pythons too: they get the message "too old", not a syntax error.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "bin")
PYTHON = os.path.join(BIN, "python")
UV_VERSION = "0.13.9"
# What each purpose installs; the demo needs Node for the front end, the tests need everything.
GROUPS = {
    "demo": ["--group", "build"],
    "test": ["--group", "build", "--group", "test", "--all-extras"],
}
CA_FILE = "/etc/ssl/certs/ca-certificates.crt"

TEXTS = {
    "venv": ("Python の環境 .venv を作る", "Creating the Python environment .venv"),
    "uv": ("導入の道具 uv を入れる", "Installing the installer uv"),
    "sync": ("部品を入れる", "Installing packages"),
    "assets": ("画面の部品を組み立てる", "Building the front end"),
    "messages": ("英語の文を用意する", "Compiling translations"),
    "seconds": ("秒", "s"),
    "failed": ("できませんでした", "Failed"),
    "old": (
        "Python 3.11 以上が必要です（今は {0}）。新しい Python を入れ、PYTHON=python3.11 make … の形で指定してください。",
        "Python 3.11 or newer is needed (this is {0}). Install one and run PYTHON=python3.11 make …",
    ),
    "no_venv": (
        "Python の venv がありません。sudo apt-get install python3-venv を実行してから、もう一度お試しください。",
        "Python's venv module is missing. Run: sudo apt-get install python3-venv",
    ),
    "network": (
        "部品の配布元（PyPI・npm）につながりません。ネットワークとプロキシの設定（HTTPS_PROXY）を確かめてください。",
        "Cannot reach PyPI or npm. Check the network and the proxy setting (HTTPS_PROXY).",
    ),
    "certificate": (
        "通信の証明書を確かめられません。sudo apt-get install ca-certificates を実行するか、"
        "社内の証明書を SSL_CERT_FILE で指定してください。",
        "A TLS certificate was not accepted. Run: sudo apt-get install ca-certificates, or set SSL_CERT_FILE.",
    ),
    "disk": (
        "ディスクの空きが足りません。1 GB 以上空けてから、もう一度お試しください。",
        "The disk is full. Free at least 1 GB and try again.",
    ),
    "permission": (
        "このフォルダーに書き込めません。所有者を確かめてください: {0}",
        "Cannot write to this folder, check its owner: {0}",
    ),
    "log": ("詳しい記録: {0}", "Details: {0}"),
}


def language():
    """The language of messages: ja unless the environment asks for English."""
    for name in ("TOMONI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value.startswith("en"):
            return 1
        if value.startswith("ja"):
            return 0
    return 0


def say(key, *values):
    """A message in the user's language."""
    return TEXTS[key][language()].format(*values)


class Stop(Exception):
    """A step failed; the text says what to do next."""


def reason(output):
    """Turn a tool's output into the next step for a person, or an empty string if it is none we know."""
    low = output.lower()
    if "no space left" in low or "os error 28" in low:
        return say("disk")
    if "ensurepip" in low or "no module named venv" in low:
        return say("no_venv")
    if "certificate" in low and (
        "verify" in low or "unknownissuer" in low or "invalid peer" in low or "self-signed" in low
    ):
        return say("certificate")
    signs = (
        "name resolution",
        "name or service",
        "connection",
        "timed out",
        "dns",
        "network",
        "failed to fetch",
        "econn",
    )
    if any(sign in low for sign in signs) or "enotfound" in low or "no matching distribution" in low:
        return say("network")
    if "permission denied" in low or "read-only file system" in low:
        return say("permission", ROOT)
    return ""


def run(key, command, env=None):
    """Run one step with one progress line; raise `Stop` with a plain reason if it fails."""
    sys.stdout.write("  " + say(key) + " … ")
    sys.stdout.flush()
    started = time.time()
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
    )
    if done.returncode == 0:
        print("%.1f %s" % (time.time() - started, say("seconds")))
        return
    print(say("failed"))
    output = done.stdout.decode("utf-8", "replace")
    known = reason(output)
    if known:
        raise Stop(known)
    raise Stop("\n".join(output.strip().splitlines()[-15:]))


def digest(paths, extra=""):
    """SHA-256 over files and folders (names and contents), for stamps."""
    found = hashlib.sha256(extra.encode())
    for path in paths:
        full = os.path.join(ROOT, path)
        files = [full]
        if os.path.isdir(full):
            files = []
            for folder, folders, names in os.walk(full):
                folders[:] = sorted(f for f in folders if f not in ("node_modules", "dist", "__pycache__"))
                files += [os.path.join(folder, name) for name in sorted(names)]
        for name in files:
            if os.path.isfile(name):
                found.update(os.path.relpath(name, ROOT).encode())
                with open(name, "rb") as source:
                    found.update(source.read())
    return found.hexdigest()


def stamp(name):
    """Where the digest of what was last prepared is kept."""
    return os.path.join(VENV, ".tomoni-" + name)


def fresh(name, value):
    """Whether the step was already done for this very input."""
    try:
        with open(stamp(name)) as source:
            return source.read() == value
    except OSError:
        return False


def mark(name, value):
    """Remember that the step is done."""
    with open(stamp(name), "w") as target:
        target.write(value)


def tool_env():
    """The environment of uv and npm: quiet, system certificates, our own Python."""
    env = dict(os.environ)
    env.update(UV_NO_PROGRESS="1", UV_PYTHON_DOWNLOADS="never", UV_PYTHON=PYTHON, UV_PROJECT_ENVIRONMENT=VENV)
    env.update(VIRTUAL_ENV=VENV, PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUTF8="1")
    if os.path.exists(CA_FILE):
        env.setdefault("UV_SYSTEM_CERTS", "1")
        env.setdefault("PIP_CERT", CA_FILE)
    return env


def make_venv():
    """Create `.venv` unless a working one of a fitting Python is there."""
    if os.path.exists(PYTHON):
        probe = subprocess.run(
            [PYTHON, "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"], stderr=subprocess.DEVNULL
        )
        if probe.returncode == 0:
            return
        shutil.rmtree(VENV, ignore_errors=True)
    try:
        run("venv", [sys.executable, "-m", "venv", VENV])
    except Stop:
        shutil.rmtree(VENV, ignore_errors=True)
        raise


def install(purpose):
    """Install what `uv.lock` says for a purpose; does nothing when nothing changed."""
    version = ".".join(map(str, sys.version_info[:3]))
    sources = digest(["pyproject.toml", "uv.lock", "hatch_build.py"], extra=version + ROOT)
    enough = {"demo": ("demo", "test"), "test": ("test",)}[purpose]
    if os.path.exists(PYTHON) and any(fresh(name, sources) for name in enough):
        return
    make_venv()
    uv = os.path.join(BIN, "uv")
    env = tool_env()
    if not os.path.exists(uv):
        run("uv", [PYTHON, "-m", "pip", "install", "--quiet", "--retries", "1", "uv==" + UV_VERSION], env)
    run("sync", [uv, "sync", "--frozen", "--inexact", "--quiet"] + GROUPS[purpose], env)
    mark(purpose, sources)


def build(name, tool, arguments, sources, product=None):
    """Run one of the repository's build tools when its sources changed."""
    script = os.path.join(ROOT, "tools", tool)
    if not os.path.exists(script):
        return
    wanted = digest(sources + [os.path.join("tools", tool)])
    if fresh(name, wanted) and (product is None or os.path.isdir(os.path.join(ROOT, product))):
        return
    run(name, [PYTHON, script] + arguments, tool_env())
    mark(name, wanted)


def assets():
    """Bundle the front end."""
    build("assets", "build_assets.py", [], ["frontend"], "src/tomoni/ui/static/ui/dist")


def messages():
    """Compile the translations."""
    found = []
    for folder, _folders, names in os.walk(os.path.join(ROOT, "src")):
        found += [os.path.relpath(os.path.join(folder, name), ROOT) for name in names if name.endswith(".po")]
    missing = [po for po in found if not os.path.exists(os.path.join(ROOT, po[:-3] + ".mo"))]
    if missing and os.path.exists(stamp("messages")):
        os.remove(stamp("messages"))
    build("messages", "messages.py", ["compile"], sorted(found))


def main(arguments):
    """`setup_env.py setup|demo|test|assets`: returns an exit code."""
    if sys.version_info < (3, 11):
        print(say("old", ".".join(map(str, sys.version_info[:3]))), file=sys.stderr)
        return 1
    purpose = arguments[0] if arguments else "demo"
    try:
        install("test" if purpose == "test" else "demo")
        messages()
        if purpose != "setup":
            assets()
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except OSError as error:
        print(reason(str(error)) or str(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
