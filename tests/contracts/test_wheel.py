"""The wheel is complete: installed into an empty environment it serves its pages, assets and translations."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).parent / "uv"


def run(*command: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **kwargs)  # type: ignore[call-overload]
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not UV.exists():
        pytest.skip("uv is not in this environment")
    out = tmp_path_factory.mktemp("wheel")
    run(str(UV), "build", "--wheel", "-q", "-o", str(out), str(ROOT))
    return next(out.glob("tomoni-*.whl"))


def test_it_carries_assets_translations_data_and_samples(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "tomoni/ui/static/ui/dist/manifest.json",
        "tomoni/ui/static/ui/dist/fonts/",
        "tomoni/ui/locale/en/LC_MESSAGES/django.mo",
        "tomoni/ui/locale/ja/LC_MESSAGES/django.mo",
        "tomoni/workload/data/procedures.parquet",
        "tomoni/workload/samples/",
        "tomoni/procedures/kits/dental-reception.yaml",
        "tomoni/ui/templates/ui/base.html",
    ):
        assert any(name.startswith(part) for name in names), part


def test_installed_into_an_empty_environment_it_works(wheel, tmp_path):
    home = tmp_path / "env"
    run(str(UV), "venv", "-q", "--python", sys.executable, str(home))
    run(str(UV), "pip", "install", "-q", "--python", str(home / "bin" / "python"), str(wheel))
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TOMONI_", "DJANGO_", "PYTHON"))}
    clean["TOMONI_DATA"] = str(tmp_path / "data")
    clean["TOMONI_SECRET_KEY"] = "x" * 60
    assert "tomoni" in run(str(home / "bin" / "tomoni"), "--help", env=clean, cwd=tmp_path).stdout
    (tmp_path / "data").mkdir()
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from django.test import Client\n"
        "from tomoni.ui import assets\n"
        "c = Client(SERVER_NAME='localhost')\n"
        "page = c.get('/'); assert page.status_code == 200, page.status_code\n"
        "assert 'どのようなご用件ですか' in page.content.decode()\n"
        "assert 'What would you like' in c.get('/', HTTP_ACCEPT_LANGUAGE='en').content.decode()\n"
        "css = c.get(assets.asset('tomoni.css')); assert css.status_code == 200\n"
        "import re; assert not re.search(r'(?:href|src)=\"https?:', page.content.decode())\n"
    )
    run(
        str(home / "bin" / "python"),
        "-c",
        script,
        env=clean | {"DJANGO_SETTINGS_MODULE": "tomoni.config.settings"},
        cwd=tmp_path,
    )
    shutil.rmtree(home)
