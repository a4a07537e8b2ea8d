"""Accounts, ways in, the brake on guessing and the audit log, as they are kept."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from copilot.errors import NoSuchRecord
from copilot.records import Records, open_records
from copilot.records.accounts import INVITE_LASTS, BadAccount
from copilot.records.accounts_entries import IDLE, LASTS

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
WORDS = "warm kettle on the stove"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    kept = open_records(tmp_path)
    yield kept
    kept.close()


@pytest.fixture
def anna(records: Records) -> str:
    user = records.users.add("Anna@Shop.ru ", "admin", now=NOW)
    records.users.accept(records.users.invite(user.id, now=NOW), WORDS, now=NOW)
    return user.id


def test_the_first_account_is_an_admins(records: Records) -> None:
    with pytest.raises(BadAccount, match="first account"):
        records.users.add("boris", "operator", now=NOW)

    assert not records.users.any()


def test_a_login_is_taken_whatever_its_case(records: Records, anna: str) -> None:
    with pytest.raises(BadAccount, match="already"):
        records.users.add(" ANNA@shop.ru", "operator", now=NOW)


def test_only_the_right_password_opens(records: Records, anna: str) -> None:
    check = records.users.check

    found = check("ANNA@shop.ru", WORDS)
    assert found is not None
    assert found.id == anna
    assert check("anna@shop.ru", WORDS + "!") is None
    assert check("nobody", WORDS) is None
    assert check("anna@shop.ru", "") is None


def test_an_account_without_a_password_opens_to_nobody(records: Records, anna: str) -> None:
    records.users.add("boris", "operator", now=NOW)

    assert records.users.check("boris", "") is None


def test_an_invite_works_once_and_not_for_ever(records: Records, anna: str) -> None:
    boris = records.users.add("boris", "operator", now=NOW)
    late = records.users.invite(boris.id, now=NOW)
    with pytest.raises(BadAccount, match="too old"):
        records.users.accept(late, WORDS, now=NOW + INVITE_LASTS)

    secret = records.users.invite(boris.id, now=NOW)
    with pytest.raises(BadAccount):  # the newer one has taken its place
        records.users.accept(late, WORDS, now=NOW)
    records.users.accept(secret, WORDS, now=NOW)

    with pytest.raises(BadAccount):
        records.users.accept(secret, "another good password", now=NOW)


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaa", "boris@shop.ru", "x" * 300])
def test_a_weak_password_is_refused_and_the_invite_stays(
    records: Records, anna: str, weak: str
) -> None:
    boris = records.users.add("boris@shop.ru", "operator", now=NOW)
    secret = records.users.invite(boris.id, now=NOW)

    with pytest.raises(BadAccount, match="password"):
        records.users.accept(secret, weak, now=NOW)

    assert records.users.invited(secret, now=NOW) is not None


def test_the_last_admin_stays(records: Records, anna: str) -> None:
    for change in (
        lambda: records.users.set_role(anna, "operator"),
        lambda: records.users.set_disabled(anna, disabled=True),
    ):
        with pytest.raises(BadAccount, match="last admin"):
            change()

    records.users.add("boris", "admin", now=NOW)
    assert records.users.set_disabled(anna, disabled=True).disabled


def test_a_sign_in_ends_with_idleness_and_with_age(records: Records, anna: str) -> None:
    secret = records.sign_ins.start(anna, now=NOW)
    user = records.sign_ins.user

    assert user(secret, now=NOW + IDLE) is None
    moment = NOW
    while moment < NOW + LASTS - IDLE / 2:
        moment += IDLE / 2
        known = user(secret, now=moment)
        assert (known is not None) == (moment < NOW + LASTS)
    assert user(secret, now=NOW + LASTS) is None
    assert user("", now=NOW) is None


@pytest.mark.parametrize("how", ["disabled", "role", "reset", "password", "everywhere"])
def test_a_change_of_the_account_ends_its_sign_ins(records: Records, anna: str, how: str) -> None:
    boris = records.users.add("boris", "admin", now=NOW).id
    secret = records.sign_ins.start(boris, now=NOW)
    if how == "disabled":
        records.users.set_disabled(boris, disabled=True)
    elif how == "role":
        records.users.set_role(boris, "qa")
    elif how == "reset":
        records.users.reset(boris, now=NOW)
    elif how == "password":
        records.users.change_password(boris, WORDS)
    else:
        records.sign_ins.end_all(boris)

    assert records.sign_ins.user(secret, now=NOW) is None


def test_no_secret_stands_in_the_database(records: Records, anna: str, tmp_path: Path) -> None:
    secrets = [
        records.sign_ins.start(anna, now=NOW),
        records.tokens.add("ci", ["desk"], owner=anna, now=NOW)[1],
        records.users.invite(anna, now=NOW),
        WORDS,
    ]
    records.close()

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("records.db*"))
    assert not [one for one in secrets if one.encode() in kept]


def test_a_token_dies_with_its_owner_and_when_it_is_revoked(records: Records, anna: str) -> None:
    boris = records.users.add("boris", "operator", now=NOW).id
    token, secret = records.tokens.add("ci", ["desk"], owner=boris, now=NOW)

    found = records.tokens.bearer(secret, now=NOW)
    assert found is not None
    assert found[0].scopes == ("desk",)
    assert records.tokens.all(owner=boris)[0].used == NOW
    records.users.set_disabled(boris, disabled=True)
    assert records.tokens.bearer(secret, now=NOW) is None
    records.users.set_disabled(boris, disabled=False)
    with pytest.raises(NoSuchRecord):
        records.tokens.revoke(token.id, owner=anna, now=NOW)
    records.tokens.revoke(token.id, now=NOW)
    assert records.tokens.bearer(secret, now=NOW) is None


def test_guessing_is_slowed_down_and_then_stopped(records: Records) -> None:
    moment, guesses = NOW, 0
    while moment < NOW + timedelta(minutes=10):
        wait = records.tries.take("login:boris", free=5, now=moment)
        guesses += wait == 0
        moment += timedelta(seconds=1)

    assert guesses == 10
    assert records.tries.take("login:boris", free=5, now=moment) > 60
    assert records.tries.take("login:anna", free=5, now=moment) == 0


def test_a_right_password_lifts_the_brake(records: Records) -> None:
    for _ in range(4):
        records.tries.take("login:boris", free=5, now=NOW)
    records.tries.give_back("login:boris", all_of_them=True)

    assert [records.tries.take("login:boris", free=5, now=NOW) for _ in range(5)] == [0] * 5


def test_a_burst_of_guesses_gains_nothing(records: Records) -> None:
    through: list[float] = []

    def guess() -> None:
        through.extend(records.tries.take("login:boris", free=5, now=NOW) for _ in range(10))

    threads = [threading.Thread(target=guess) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert through.count(0) == 5


def test_the_audit_log_only_grows_and_shows_what_was_changed(records: Records) -> None:
    for n in range(4):
        records.audit.write("knowledge.save", who="anna", thing=f"ru:{n}", now=NOW)
    assert records.audit.broken() is None
    connect = records._engine.connect
    with pytest.raises(IntegrityError, match="only grows"), connect() as database:
        database.execute(text("DELETE FROM audit_log WHERE n = 2"))

    with connect() as database:  # somebody with the file in their hands
        database.execute(text("DROP TRIGGER audit_log_no_update"))
        database.execute(text("UPDATE audit_log SET who = 'boris' WHERE n = 3"))
        database.commit()

    assert records.audit.broken() == 3


def test_the_audit_log_is_found_by_who_what_and_when(records: Records) -> None:
    write = records.audit.write
    write("sign_in.ok", who="anna", now=NOW)
    write("knowledge.save", who="anna", thing="ru:a", now=NOW + timedelta(hours=1))
    write("knowledge.erase", who="boris", thing="ru:a", now=NOW + timedelta(hours=2))
    entries = records.audit.entries

    assert [one.who for one in entries(action="knowledge")] == ["boris", "anna"]
    assert [one.action for one in entries(who="anna", thing="ru:a")] == ["knowledge.save"]
    assert len(entries(since=NOW + timedelta(hours=1))) == 2
    assert len(entries(until=NOW + timedelta(hours=1))) == 1
    assert len(entries(limit=1)) == 1


def test_writers_at_once_make_one_chain(records: Records) -> None:
    def write() -> None:
        for _ in range(5):
            records.audit.write("sign_in.ok", who="anna", now=NOW)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(records.audit.entries()) == 20
    assert records.audit.broken() is None
