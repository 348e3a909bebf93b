"""How the hub is told to page: what cannot be used is named, and no password is in what is said."""

from pathlib import Path

import pytest

from hub.settings import MailServer, read_settings

SECRET = "s3cret"  # made up
FROM = "hub@council.example.org"


def mail(monkeypatch: pytest.MonkeyPatch, smtp: str, sender: str = FROM) -> MailServer | None:
    monkeypatch.setenv("HUB_SMTP", smtp)
    monkeypatch.setenv("HUB_SMTP_FROM", sender)
    return read_settings().paging.mail


@pytest.mark.parametrize(
    ("smtp", "expected"),
    [
        (
            "smtp://u%40x:p%2Fw@mail.example.org",
            MailServer("mail.example.org", 587, "starttls", FROM, "u@x", "p/w"),
        ),
        ("smtps://mail.example.org", MailServer("mail.example.org", 465, "tls", FROM)),
        ("smtp://mail.example.org:25?tls=none", MailServer("mail.example.org", 25, "none", FROM)),
        ("", None),
    ],
)
def test_a_mail_server_is_read(
    monkeypatch: pytest.MonkeyPatch, smtp: str, expected: MailServer | None
) -> None:
    assert mail(monkeypatch, smtp) == expected


@pytest.mark.parametrize(
    "smtp",
    [
        f"imap://u:{SECRET}@mail.example.org",
        f"smtp://u:{SECRET}@mail.example.org:port",
        f"smtp://u:{SECRET}@mail.example.org?tls=none",
        f"smtp://u:{SECRET}@",
        f"smtp://u:{SECRET}@mail.example.org/inbox",
        "smtp://u@mail.example.org",
        "mail.example.org:25",
    ],
)
def test_one_that_cannot_be_used_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, smtp: str
) -> None:
    with pytest.raises(ValueError, match="HUB_SMTP") as said:
        mail(monkeypatch, smtp)
    assert SECRET not in str(said.value)


@pytest.mark.parametrize("sender", ["", "hub", "a@b@c", "Hub <hub@council.example.org>"])
def test_pages_come_from_an_address(monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    with pytest.raises(ValueError, match="HUB_SMTP_FROM"):
        mail(monkeypatch, "smtp://mail.example.org", sender)


@pytest.mark.parametrize(
    "url", ["hub.example.org", "ftp://hub.example.org", "https://hub.example.org/a b"]
)
def test_links_need_an_address_that_can_be_opened(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HUB_URL", url)
    with pytest.raises(ValueError, match="HUB_URL"):
        read_settings()


def test_secrets_may_stand_in_files_and_are_in_no_text_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HUB_SMTP_PASSWORD", "HUB_WEBHOOK_SECRET"):
        file = tmp_path / name
        file.write_text(f"{SECRET}\n")
        monkeypatch.setenv(f"{name}_FILE", str(file))
    server = mail(monkeypatch, "smtp://u@mail.example.org")
    settings = read_settings()
    assert server and server.password == SECRET == settings.paging.secret
    assert SECRET not in repr(settings)
