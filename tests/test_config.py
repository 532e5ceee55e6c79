"""The configuration: what is read, what wins, and how mistakes are told."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path

import pytest

from bot import config
from bot.errors import ConfigurationError
from bot.settings import MonitoringSettings, Settings

ROOT = Path(__file__).parent.parent


def problems(tmp_path: Path, toml: str, **variables: str) -> list[str]:
    """What load complains of, without the folder."""
    file = tmp_path / "config.toml"
    file.write_text(toml)
    with pytest.raises(ConfigurationError) as caught:
        config.load(file, variables)
    return [problem.replace(f"{tmp_path}/", "") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ('[telegram]\ntoken = "abc"', "telegram.token: is no bot token; @BotFather gives one such as 123456:ABC-def"),
        ("[telegram]\ntoken = 5", 'telegram.token: must be text in quotation marks, "…"'),
        ('[telegram]\napi_url = "ftp://x"', "telegram.api_url: must be an address such as https://example.org"),
        ('[telegram]\nadmins = ["bob"]', "telegram.admins: must be a whole number"),
        ('[telegram.webhook]\nurl = "https://x.org"', "telegram.webhook.secret_token: is missing"),
        ("[telegram.webhook]\nport = 0", "telegram.webhook.port: must be at least 1"),
        ('[storage]\npath = ""', "storage.path: must not be empty"),
        ('[sources.huggingface]\nenabled = "perhaps"', "sources.huggingface.enabled: must be true or false"),
        ("[sources.huggingface]\nurl = 1", 'sources.huggingface.url: must be text in quotation marks, "…"'),
        ("[sources.huggingface]\npoll_seconds = 0", "sources.huggingface.poll_seconds: must be more than 0"),
        ("[sources.huggingface]\nbackfill_days = 1.5", "sources.huggingface.backfill_days: must be a whole number"),
        ('[sources.arxiv]\ncategories = "cs.AI"', "sources.arxiv.categories: must be a list, […]"),
        ("[sources.arxiv]\ncategories = []", "sources.arxiv.categories: must not be empty"),
        (
            '[sources.arxiv]\ncategories = ["cs AI"]',
            "sources.arxiv.categories: 'cs AI' is no arXiv category such as cs.LG",
        ),
        ("[sources.arxiv]\nrequest_interval_seconds = nan", "sources.arxiv.request_interval_seconds: must be a number"),
        ('[delivery]\ntime = "25:00"', 'delivery.time: must be a time such as "09:00"'),
        (
            '[delivery]\ntimezone = "Europe/Berln"',
            "delivery.timezone: is no IANA time zone; did you mean Europe/Berlin?",
        ),
        ("[delivery]\nmessages_per_second = -1", "delivery.messages_per_second: must be more than 0"),
        ('[logging]\nlevel = "LOUD"', "logging.level: must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ('[logging]\nformat = "xml"', "logging.format: must be 'text' or 'json'"),
        ("telegram = 1", "telegram: must be a section, [telegram], with its keys below it"),
        ("[telegram]\ntokn = 1", "telegram.tokn: unknown key; did you mean telegram.token?"),
        ("[delivry]\ntime = 1", "delivry: unknown key; did you mean delivery?"),
        ("[telegram]\ntime = 1", "telegram.time: unknown key; did you mean delivery.time?"),
        ("[telegram]\nurl = 1", "telegram.url: unknown key; did you mean telegram.api_url?"),
    ],
)
def test_a_mistake_in_the_file_is_one_line_with_file_and_key(tmp_path: Path, toml: str, problem: str) -> None:
    assert f"config.toml: {problem}" in problems(tmp_path, toml)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PAPERWIRE_TELEGRAM__TOKN", "1:a", "unknown key; did you mean PAPERWIRE_TELEGRAM__TOKEN?"),
        ("PAPERWIRE_TOKEN", "1:a", "unknown key; did you mean PAPERWIRE_TELEGRAM__TOKEN?"),
        ("PAPERWIRE_SOURCES__ARXIV__ENABLED", "perhaps", "must be true or false"),
        ("PAPERWIRE_SOURCES__HUGGINGFACE__POLL_SECONDS", "often", "must be a number"),
        ("PAPERWIRE_TELEGRAM__ADMINS", "12,bob", "must be a whole number"),
        ("PAPERWIRE_DELIVERY__TIME", "noon", 'must be a time such as "09:00"'),
        ("PAPERWIRE_TELEGRAM__TOKEN__X", "1", "telegram.token"),
    ],
)
def test_a_mistake_in_a_variable_names_the_variable(tmp_path: Path, name: str, value: str, problem: str) -> None:
    [line] = problems(tmp_path, '[telegram]\ntoken = "1:abc"', **{name: value})
    assert line.startswith(f"environment: {name}: ")
    assert problem in line or "cannot be a section" in line


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    toml = '[delivery]\ntime = "9"\nzone = "UTC"\n[logging]\nlevel = 1'
    assert len(problems(tmp_path, toml, PAPERWIRE_STORAGE__PTH="x")) == 4


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml: there is no such file"):
        config.load(tmp_path / "nowhere.toml", {})
    assert "is not TOML" in problems(tmp_path, "[x")[0]
    (tmp_path / "latin.toml").write_bytes(b'x = "\xe9"')
    with pytest.raises(ConfigurationError, match="is not UTF-8"):
        config.load(tmp_path / "latin.toml", {})
    with pytest.raises(ConfigurationError, match="cannot be read"):
        config.load(tmp_path, {})


def test_variables_win_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text('[telegram]\ntoken = "1:file"\n[sources.arxiv]\nenabled = true')
    loaded = config.load(
        None,
        {
            "PAPERWIRE_TELEGRAM__TOKEN": "2:variable",
            "PAPERWIRE_SOURCES__ARXIV__ENABLED": "false",
            "PAPERWIRE_SOURCES__ARXIV__CATEGORIES": '["cs.RO", "cs.SE"]',
            "PAPERWIRE_TELEGRAM__ADMINS": "7,8",
            "PAPERWIRE_ACCESS__ALLOW": "7, -100200",
            "PAPERWIRE_DELIVERY__TIME": "8:30",
            "PAPERWIRE_STORAGE__PATH": "",
            "HOME": "/",
        },
    )
    settings = loaded.settings
    assert loaded.file == Path("config.toml")
    assert settings.telegram.token == "2:variable"
    assert settings.telegram.admins == (7, 8)
    assert settings.access.allow == (7, -100200)
    assert not settings.sources.arxiv.enabled
    assert settings.sources.arxiv.categories == ("cs.RO", "cs.SE")
    assert settings.delivery.time == time(8, 30)
    assert settings.storage.path == "paperwire.db"


def test_without_a_file_the_environment_suffices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "empty"))
    loaded = config.load(None, {"PAPERWIRE_TELEGRAM__TOKEN": "1:abc"})
    assert loaded.file is None
    config.require_token(loaded)
    with pytest.raises(ConfigurationError, match=r"environment: telegram\.token: is missing"):
        config.require_token(config.load(None, {}))


def test_values_below_the_advice_are_obeyed_with_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[sources.huggingface]\npoll_seconds = 2\n[sources.arxiv]\nrequest_interval_seconds = 0.1")
    loaded = config.load(file, {})
    assert loaded.settings.sources.huggingface.poll_seconds == 2
    assert [warning.partition(":")[0] for warning in loaded.warnings] == [
        "sources.huggingface.poll_seconds",
        "sources.arxiv.request_interval_seconds",
    ]


def test_what_brings_no_papers_is_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[sources.huggingface]\nenabled = false\n[sources.arxiv]\ncategories = ["cs.lg", "hep-th", "x"]')
    typos = ("arXiv has no cs.lg; did you mean cs.LG?", "arXiv has no x")
    assert config.load(file, {}).warnings == tuple(f"sources.arxiv.categories: {typo}" for typo in typos)
    off = config.load(file, {"PAPERWIRE_SOURCES__ARXIV__ENABLED": "false"})
    assert off.warnings[0] == "sources: none is enabled, so no new paper comes"


def test_the_example_holds_every_key_with_its_default() -> None:
    text = (ROOT / "config.example.toml").read_text().replace("\n# ", "\n").replace('"123456:ABC-replace-me"', '""')
    tree = tomllib.loads("\n".join(line for line in text.splitlines() if "=" in line or line.startswith("[")))
    webhook = tree["telegram"].pop("webhook")
    assert MonitoringSettings.model_validate(tree.pop("monitoring")) == MonitoringSettings()
    assert Settings.model_validate(tree) == Settings()
    assert set(webhook) == {"url", "listen", "port", "secret_token"}
    plain = ("telegram", "storage", "delivery", "access", "logging")
    dotted = {f"{part}.{key}" for part in plain for key in tree[part]}
    dotted |= {f"sources.{source}.{key}" for source, keys in tree["sources"].items() for key in keys}
    sections = {"telegram", "telegram.webhook", "storage", "sources", "sources.huggingface", "sources.arxiv"}
    known = set(config.known_keys()) - sections - {"delivery", "access", "logging", "monitoring"}
    assert dotted == {key for key in known if not key.startswith(("telegram.webhook.", "monitoring."))}
