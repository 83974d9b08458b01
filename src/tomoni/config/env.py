"""Settings from the environment, typed. `docs/operate/settings.md` is tested against this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Env(BaseSettings):
    """One municipality's settings. Every variable is `TOMONI_` + the field's name in capitals."""

    model_config = SettingsConfigDict(env_prefix="TOMONI_", extra="ignore", env_ignore_empty=True)

    data: Path = Field(
        Path("tomoni-data"), description="Folder of the database, files and logs of this municipality."
    )
    secret_key: str = Field(
        "", description="Secret of cookies and digests, at least 50 characters. Required outside the demo."
    )
    database_url: str = Field(
        "", description="Empty: SQLite in the data folder. Or postgresql://user:password@host:port/name."
    )
    base_url: str = Field(
        "http://127.0.0.1:8000",
        description="Address under which people reach this installation; used in mails.",
    )
    hosts: str = Field(
        "127.0.0.1,localhost,[::1]", description="Host names that are answered, comma-separated."
    )
    language: Literal["ja", "en"] = Field(
        "ja", description="First language of pages and of the command line."
    )
    debug: bool = Field(False, description="Developer mode. Never on a machine that others reach.")
    cache_url: str = Field("", description="Empty: a table of the database. Or redis://host:port/0.")
    jobs: Literal["threads", "worker"] = Field(
        "threads", description="Where jobs run: in threads of `serve`, or only in `tomoni worker`."
    )
    job_threads: int = Field(2, ge=1, le=32, description="Number of job threads.")
    server_threads: int = Field(
        8, ge=1, le=256, description="Number of request threads in the embedded server."
    )
    mail: str = Field(
        "file",
        description="How mails leave: file, console, or smtp://user:password@host:port (smtps:// for TLS, smtp+starttls:// for STARTTLS).",
    )
    mail_from: str = Field("tomoni@localhost", description="Sender address of mails.")
    upload_max_mb: int = Field(50, ge=1, le=10_000, description="Largest upload in megabytes.")
    session_idle_minutes: int = Field(
        60, ge=1, description="Sign-out after this many minutes without a request."
    )
    session_hours: int = Field(12, ge=1, description="Sign-out after this many hours in any case.")
    staff_mfa: bool = Field(
        True, description="Staff need a one-time code besides the password. The demo does without."
    )
    kintone_password: bool = Field(
        False,
        description="Take a login with its password (X-Cybozu-Authorization) in the kintone-compatible API. The demo always does.",
    )
    breached_passwords: str = Field(
        "",
        description="Path of a list of breached passwords: sorted lines SHA1:count. Empty: only the built-in lists.",
    )
    backup_passphrase: str = Field(
        "", description="Passphrase of `tomoni backup` and `restore`. Empty: backups are not encrypted."
    )
    webhook_hosts: str = Field(
        "",
        description="Hosts that automations may call, comma-separated: hooks.example.jp (https, public addresses) or "
        "http://10.0.0.5:8080 (this very origin, also plain or private). Empty: none.",
    )
    metrics_token: str = Field("", description="Bearer token of /metrics. Empty: /metrics does not exist.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe log line that is written."
    )
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Number of reverse proxies whose X-Forwarded-* headers are believed."
    )


@cache
def env() -> Env:
    """The settings of this process, read once."""
    return Env()  # type: ignore[call-arg]  # pydantic's fields have defaults
