"""Commands about role-play: list, play, debrief, simulate, lint."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli import lines

if TYPE_CHECKING:
    from copilot.roleplay import Play, Recording, Scenario

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON instead of text.")]
Language = Annotated[str, typer.Option(help="Only scenarios in this language: ru or en.")]
Seed = Annotated[int, typer.Option(help="The same seed and words give the same session.")]
_YAML = (".yaml", ".yml")
_ACTIONS = {"/hand": "hand_over", "/stop": "stop", "/give-up": "give_up"}


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(
        help="Practise with a customer who calms down, or walks out.", no_args_is_help=True
    )
    group.command("list")(list_scenarios)
    for command in (play, debrief, simulate, lint):
        group.command()(command)
    app.add_typer(group, name="roleplay")


def list_scenarios(*, language: Language = "", json: AsJson = False) -> None:
    """List the scenarios: id, language, difficulty, title."""
    for scenario in _chosen("", language):
        if json:
            shown = scenario.model_dump(
                mode="json",
                include={"id", "number", "language", "title", "difficulty", "skills", "framework"},
            )
            typer.echo(lines.as_json(shown))
        else:
            stars = "•" * scenario.difficulty
            typer.echo(f"{scenario.id:<22} {scenario.language}  {stars:<5}  {scenario.title}")


def play(
    scenario: Annotated[str, typer.Argument(help="A scenario's id, or a file of your own.")],
    *,
    seed: Seed = 1,
    save: Annotated[
        Path | None, typer.Option(help="Keep the session in this file, for the debrief.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Play a scenario: your lines on standard input, one a line, the customer's answers come back.

    A line `/hand note`, `/stop` or `/give-up` ends the session.
    """
    from copilot.roleplay import advance, begin

    session = begin(_scenario(scenario), seed=seed, started=lines.now())
    if not json:
        typer.echo(f"{session.scenario.situation}\n")
        for line in session.scenario.opening:
            typer.echo(f"{session.scenario.persona.name}: {line}")
    for raw in typer.get_text_stream("stdin"):
        session = advance(session, _said(raw.rstrip("\n")))
        _show_turn(session, json=json)
        if session.ending:
            break
    if save:
        save.write_text(lines.as_json(_record(session, scenario)), encoding="utf-8")


def debrief(
    session: Annotated[Path, typer.Argument(help="A session kept by `play --save`.")],
    *,
    html: Annotated[
        Path | None, typer.Option(help="Write the report with its charts into this file.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Say turn by turn what the customer heard, why the mood moved, and what would help more."""
    from copilot.roleplay import Said, advance
    from copilot.roleplay.debrief import debrief as explain
    from ui.view.roleplay import debrief_text

    played = _played(lines.whole_object(lines.read_input(session)))
    if played.ending is None:
        played = advance(played, Said(text="", action="give_up"))
    language = played.scenario.language
    if html:
        from ui.practice.report import report_html

        html.write_text(report_html(played, language), encoding="utf-8")
    told = explain(played)
    typer.echo(lines.as_json(told) if json else debrief_text(told, language))


def simulate(
    *,
    policy: Annotated[
        str, typer.Option(help="lead, care, solution_first, …; empty: all of them.")
    ] = "",
    n: Annotated[int, typer.Option(min=1, max=10_000, help="Sessions of each scenario.")] = 3,
    scenario: Annotated[str, typer.Option(help="One scenario instead of all.")] = "",
    language: Language = "",
    miss: Annotated[
        float, typer.Option(min=0, max=0.9, help="Share of acts that go unheard.")
    ] = 0.0,
    json: AsJson = False,
) -> None:
    """Let reference operators play, and report how believable the customers were."""
    from copilot.roleplay import POLICIES
    from copilot.roleplay.simulate import fidelity, run

    chosen = _chosen(scenario, language)
    if policy and policy not in POLICIES:
        raise typer.BadParameter(f"{policy!r} is none of {', '.join(POLICIES)}.")
    for name in [p for p in POLICIES if policy in ("", p)]:
        plays = [run(s, name, seed=k, miss=miss) for s in chosen for k in range(1, n + 1)]
        report = fidelity(name, plays)
        typer.echo(lines.as_json(report) if json else _fidelity_line(report))


def lint(
    files: Annotated[list[Path] | None, typer.Argument(help="Your scenarios; none: ours.")] = None,
    *,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Check that every need can be met, that good operators win and impostors do not."""
    from copilot.roleplay import read_scenario
    from copilot.roleplay.lint import lint as check

    scenarios = [read_scenario(path) for path in files] if files else _chosen("", language)
    faults = [fault for scenario in scenarios for fault in check(scenario)]
    for fault in faults:
        shown = f"{fault.scenario}  {fault.rule}  {fault.detail}"
        typer.echo(lines.as_json(fault) if json else shown)
    if not json:
        typer.echo(f"{len(scenarios)} scenarios, {len(faults)} faults")
    if faults:
        raise typer.Exit(1)


def _chosen(name: str, language: str) -> "list[Scenario]":
    from copilot.roleplay import shipped

    if name:
        return [_scenario(name)]
    if language not in ("", "ru", "en"):
        raise typer.BadParameter(f"{language!r} is none of ru, en.")
    return [s for s in shipped() if language in ("", s.language)]


def _scenario(name: str) -> "Scenario":
    from copilot.errors import BadScenario
    from copilot.roleplay import read_scenario, shipped

    if name.endswith(_YAML):
        return read_scenario(Path(name))
    known = {key: s for s in shipped() for key in (s.id, s.number, s.number.lower()) if key}
    if name not in known:
        raise BadScenario(f"There is no scenario {name!r}; `teplo roleplay list` shows them.")
    return known[name]


def _played(record: dict[str, Any]) -> "Play":
    """Play a kept session again.

    Raises:
        BadConversation: the file holds no session; the message says what is wrong with it.
    """
    from pydantic import ValidationError

    from copilot.errors import BadConversation
    from copilot.roleplay import Recording, replay

    try:
        kept = Recording.model_validate(record)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
        raise BadConversation(f"This is no session kept by `play --save`: {faults}.") from error
    return replay(_scenario(kept.scenario), kept.turns, seed=kept.seed, started=kept.started)


def _said(line: str) -> Any:
    from copilot.roleplay import Said

    command, _, rest = line.partition(" ")
    if command in _ACTIONS:
        return Said.model_validate({"text": rest, "action": _ACTIONS[command]})
    return Said(text=line)


def _show_turn(session: Any, *, json: bool) -> None:
    exchange = session.exchanges[-1]
    if json:
        state = exchange.state.model_dump(
            mode="json", include={"anger", "trust", "heard", "ending"}
        )
        whys = [why.model_dump(mode="json") for why in exchange.response.whys]
        typer.echo(lines.as_json({"customer": exchange.customer, "state": state, "why": whys}))
        return
    if exchange.customer:
        typer.echo(f"{session.scenario.persona.name}: {exchange.customer}")
    if session.ending:
        from ui.locales import name_of

        typer.echo(f"\n— {name_of('endings', session.ending, session.scenario.language)}")


def _record(session: "Play", named: str) -> "Recording":
    """Return a session as it is kept; a scenario of one's own is found again by its file."""
    from copilot.roleplay import Recording

    own = named.endswith(_YAML)
    return Recording(
        scenario=str(Path(named).resolve()) if own else session.scenario.id,
        seed=session.seed,
        started=session.started,
        turns=tuple(exchange.said for exchange in session.exchanges),
    )


def _fidelity_line(report: Any) -> str:
    ends = ", ".join(f"{name} {count}" for name, count in report.endings.items())
    return (
        f"{report.policy:<15} n {report.sessions:<4} good {report.good:>5.0%}  "
        f"left {report.walked_away:>5.0%}  turns {report.turns:>5.2f}  "
        f"content {report.satisfaction:.2f}  flips {report.role_flips:.1%}  "
        f"leaks {report.leaks:.1%}  echoes {report.echoes:.1%}  repeats {report.repeats:.1%}\n"
        f"{'':<15} {ends}"
    )
