"""Commands about people: accounts, tokens, the audit log."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli import lines

if TYPE_CHECKING:
    from copilot.records import Records
    from copilot.records.accounts import Role, User

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Login = Annotated[str, typer.Argument(help="An e-mail address or a name.")]
At = Annotated[str, typer.Option(help="Where people reach Teplo; empty: as this machine does.")]
_HERE = "command line"  # who the audit log says it was


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    users = typer.Typer(help="Accounts of a team.", no_args_is_help=True)
    users.command("list")(list_users)
    for command in (add, role, disable, enable, invite, reset):
        users.command()(command)
    app.add_typer(users, name="users")
    tokens = typer.Typer(help="Tokens for machines.", no_args_is_help=True)
    tokens.command("list")(list_tokens)
    tokens.command("add")(add_token)
    tokens.command()(revoke)
    app.add_typer(tokens, name="tokens")
    app.command("audit-log")(audit_log)


def list_users(*, json: AsJson = False) -> None:
    """List the accounts."""
    with _records() as records:
        users = records.users.all()
    if json:
        typer.echo(lines.as_json({"users": [one.model_dump(mode="json") for one in users]}))
        return
    for one in users:
        state = "disabled" if one.disabled else "invited" if one.invited else "active"
        typer.echo(f"{one.login:<32} {one.role:<9} {state:<9} {one.name}")
    if not users:
        typer.echo("No accounts: Teplo is one person's, and opens with the link of `teplo link`.")


def add(
    login: Login,
    *,
    role: Annotated[str, typer.Option(help="operator, trainer, qa, lead or admin.")] = "operator",
    name: Annotated[str, typer.Option(help="How the person is called.")] = "",
    at: At = "",
    json: AsJson = False,
) -> None:
    """Make an account, and the link at which its owner chooses a password."""
    with _records() as records:
        user = records.users.add(login, _role(role), name=name, now=_now())
        _log(records, "user.add", user.login, role)
        secret = records.users.invite(user.id, now=_now())
    _say_link(user, secret, at, json=json)


def role(
    login: Login, to: Annotated[str, typer.Argument(help="operator, trainer, qa, lead or admin.")]
) -> None:
    """Give an account another role; its owner signs in again."""
    with _records() as records:
        user = records.users.set_role(login, _role(to))
        _log(records, "user.role", user.login, to)
    typer.echo(f"{user.login} is {user.role} from now on.")


def disable(login: Login) -> None:
    """Shut an account: its sign-ins, invites and tokens end at once."""
    with _records() as records:
        user = records.users.set_disabled(login, disabled=True)
        _log(records, "user.disable", user.login)
    typer.echo(f"{user.login} is shut out.")


def enable(login: Login) -> None:
    """Open an account again."""
    with _records() as records:
        user = records.users.set_disabled(login, disabled=False)
        _log(records, "user.enable", user.login)
    typer.echo(f"{user.login} may sign in again.")


def invite(login: Login, *, at: At = "", json: AsJson = False) -> None:
    """Make another link for choosing a password; the one before is void."""
    with _records() as records:
        user, secret = records.users.named(login), records.users.invite(login, now=_now())
        _log(records, "user.invite", user.login)
    _say_link(user, secret, at, json=json)


def reset(login: Login, *, at: At = "", json: AsJson = False) -> None:
    """Take a password away, end every sign-in, make a link for a new password."""
    with _records() as records:
        user, secret = records.users.named(login), records.users.reset(login, now=_now())
        _log(records, "user.reset", user.login)
    _say_link(user, secret, at, json=json)


def list_tokens(*, json: AsJson = False) -> None:
    """List the tokens, newest first; their secrets are not kept."""
    with _records() as records:
        tokens = records.tokens.all()
        owners = {one.id: one.login for one in records.users.all()}
    if json:
        typer.echo(lines.as_json({"tokens": [one.model_dump(mode="json") for one in tokens]}))
        return
    for one in tokens:
        used = f"used {one.used:%d.%m.%Y %H:%M}" if one.used else "never used"
        state = "revoked" if one.revoked else used
        owner = owners.get(one.owner, "-")
        typer.echo(f"{one.id}  {one.name:<20} {owner:<24} {state:<22} {' '.join(one.scopes)}")
    if not tokens:
        typer.echo("There are no tokens.")


def add_token(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    *,
    scope: Annotated[list[str], typer.Option(help="What it may do; may be given several times.")],
    owner: Annotated[str, typer.Option(help="Whose it is; empty: the installation's.")] = "",
    json: AsJson = False,
) -> None:
    """Make a token; it is shown once."""
    from ui.api_users import check_scopes
    from ui.permissions import matrix

    with _records() as records:
        user = records.users.named(owner) if owner else None
        check_scopes(tuple(scope), matrix().rights(user.role) if user else None)
        token, secret = records.tokens.add(name, scope, owner=user.id if user else None, now=_now())
        _log(records, "token.add", token.id, " ".join(token.scopes))
    if json:
        typer.echo(lines.as_json({"token": token.model_dump(mode="json"), "secret": secret}))
        return
    typer.echo(secret)
    typer.echo(f"Token {token.id}; it is not shown again.", err=True)


def revoke(token: Annotated[str, typer.Argument(help="Its id, as `list` shows it.")]) -> None:
    """Make a token useless."""
    with _records() as records:
        gone = records.tokens.revoke(token, now=_now())
        _log(records, "token.revoke", gone.id)
    typer.echo(f"{gone.name} opens nothing any more.")


def audit_log(  # noqa: PLR0913  # each is an option of the command
    *,
    who: Annotated[str, typer.Option(help="A login, or machine:NAME.")] = "",
    action: Annotated[str, typer.Option(help="An action, or its beginning, as knowledge.")] = "",
    thing: Annotated[str, typer.Option("--object", help="The id of what it was done to.")] = "",
    since: Annotated[datetime | None, typer.Option(help="From this moment.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Before this moment.")] = None,
    last: Annotated[int, typer.Option(help="How many, newest first; 0: all.", min=0)] = 50,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Only say whether a line was changed or taken out.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show who did what, and when; never what a customer said."""
    with _records() as records:
        if verify:
            _verified(records.audit.broken())
            return
        entries = records.audit.entries(
            who=who, action=action, thing=thing, limit=last,
            since=since.astimezone() if since else None,
            until=until.astimezone() if until else None,
        )  # fmt: skip
    if as_csv:
        out = csv.writer(sys.stdout)
        out.writerow(("n", "at", "who", "role", "action", "object", "note"))
        for one in entries:
            told = (one.who, one.role, one.action, one.object, one.note)
            out.writerow((one.n, one.at.isoformat(), *map(_plain, told)))
        return
    for one in entries:
        if json:
            typer.echo(lines.as_json(one))
            continue
        typer.echo(
            f"{one.at.astimezone():%d.%m.%Y %H:%M:%S}  {one.who or '-':<28} {one.action:<18} "
            f"{one.object}  {one.note}".rstrip()
        )
    if not entries:
        typer.echo("Nothing of this kind has been done.", err=json)


def _verified(broken: int | None) -> None:
    if broken is not None:
        typer.echo(f"Line {broken} does not follow from the one before: the log was changed.")
        raise typer.Exit(1)
    typer.echo("No line was changed or taken out.")


def _plain(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula (OWASP ASVS 1.2.10)."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r\n＝＋－＠") else text


def _say_link(user: "User", secret: str, at: str, *, json: bool) -> None:
    from copilot import read_settings
    from ui.server import address_of

    link = f"{(at or address_of(read_settings())).rstrip('/')}/invite/{secret}"
    if json:
        typer.echo(lines.as_json({"user": user.model_dump(mode="json"), "link": link}))
        return
    typer.echo(link)
    typer.echo(f"For {user.login}: works once, for 72 hours.", err=True)


def _role(name: str) -> "Role":
    from copilot.records.accounts import ROLES

    found = next((one for one in ROLES if one == name), None)
    if found is None:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(ROLES)}.")
    return found


@contextmanager
def _records() -> Iterator["Records"]:
    from copilot import read_settings
    from copilot.records import open_records

    settings = read_settings()
    records = open_records(settings.data_home, settings.database_url)
    try:
        yield records
    finally:
        records.close()


def _log(records: "Records", action: str, thing: str, note: str = "") -> None:
    records.audit.write(action, who=_HERE, thing=thing, note=note, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
