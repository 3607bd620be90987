"""What differs from machine to machine, read once from the environment."""

import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent

SECOND_FACTOR_SCOPES = ["city", "finance", "auditor"]


@dataclass(frozen=True)
class Environment:
    """One deployment: its data folder, its servers, its secrets."""

    debug: bool
    demo: bool
    data: Path
    secret_key: str
    hosts: list[str]
    trusted_origins: list[str]
    database: dict[str, object]
    cache_url: str
    storage_url: str
    sms_sender: str
    sms_gateway: str
    sms_gateway_token: str
    mfa_required_scopes: list[str]
    trusted_proxies: int
    behind_https: bool
    fonts: str
    evidence_origin: str
    collector: str


def secret_file(folder: Path, name: str, fresh: str) -> str:
    """The text of a file under the data folder that is made once, readable by us only."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(fresh)
    return fresh


def read_environment() -> Environment:
    """Read and check `os.environ`.

    :raises ImproperlyConfigured: DEBUG is off and SECRET_KEY is missing.
    """
    env = environ.Env()
    debug = env.bool("DEBUG", default=False)
    demo = env.bool("ANKANG_DEMO", default=False)
    behind_https = env.bool("BEHIND_HTTPS", default=not debug)
    data = Path(env.str("ANKANG_DATA", default=str(ROOT / "data"))).resolve()
    secret_key = env.str("SECRET_KEY", default="")
    if not secret_key:
        if not debug:
            raise ImproperlyConfigured("DEBUG 关闭时必须设置环境变量 SECRET_KEY。")
        secret_key = secret_file(data / "keys", "secret", secrets.token_urlsafe(48))
    data.mkdir(parents=True, exist_ok=True)
    hosts = env.list("ALLOWED_HOSTS", default=["*"] if debug else ["127.0.0.1"])
    default_database = f"sqlite:///{data / 'ankang.sqlite3'}"
    return Environment(
        debug=debug,
        demo=demo,
        data=data,
        secret_key=secret_key,
        hosts=hosts,
        trusted_origins=env.list("TRUSTED_ORIGINS", default=[]),
        database=dict(env.db_url("DATABASE_URL", default=default_database)),
        cache_url=env.str("CACHE_URL", default=""),
        storage_url=env.str("STORAGE_URL", default=""),
        sms_sender=env.str("SMS_SENDER", default="file" if debug else "http"),
        sms_gateway=env.str("SMS_GATEWAY", default=""),
        sms_gateway_token=env.str("SMS_GATEWAY_TOKEN", default=""),
        mfa_required_scopes=env.list(
            "MFA_REQUIRED_SCOPES", default=[] if debug or demo else SECOND_FACTOR_SCOPES
        ),
        trusted_proxies=env.int("TRUSTED_PROXIES", default=1 if behind_https else 0),
        behind_https=behind_https,
        fonts=env.str("FONTS", default=""),
        evidence_origin=env.str("EVIDENCE_ORIGIN", default=origin_of_log(hosts)),
        collector=origin_of_collector(env.str("COLLECTOR", default="")),
    )


def origin_of_collector(address: str) -> str:
    """Where phones reach the collector, without a path; empty where there is none.

    :raises ImproperlyConfigured: it is no origin.
    """
    origin = address.rstrip("/")
    if origin and not re.fullmatch(r"https?://[\w.-]+(:\d+)?", origin, re.ASCII):
        raise ImproperlyConfigured(
            "环境变量 COLLECTOR 应是收集进程对外的网址，不带路径，"
            f"例如 https://beats.example.cn，现在是“{address}”。"
        )
    return origin


def origin_of_log(hosts: list[str]) -> str:
    """The name of the evidence log where none is set: from the first named host."""
    named = [host.lstrip(".") for host in hosts if any(map(str.isalpha, host))]
    return f"{(named or ['localhost'])[0]}/ankang/evidence"


def keyring_file(folder: Path, cipher: str, fresh: dict[str, object]) -> Path:
    """The path of the keyring, made on first start."""
    secret_file(folder, "keyring.json", json.dumps({**fresh, "cipher": cipher}))
    return folder / "keyring.json"
