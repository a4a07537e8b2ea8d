"""The debrief of a role-play as plain text for the terminal."""

from copilot.roleplay.criteria import Evidence
from copilot.roleplay.debrief import Debrief, Step
from knowledge import Locale
from ui.locales import name_of, words


def debrief_text(debrief: Debrief, language: Locale) -> str:
    """Best sentences first, then turn by turn, then the criteria with what they rest on."""
    w = words(language)["practice"]
    rows = [f"{w['ended']}: {name_of('endings', debrief.ending, language)}", ""]
    if debrief.best:
        rows += [w["best"], *(f"  {_evidence(e, language)}" for e in debrief.best), ""]
    for step in debrief.turns:
        rows += [*_turn(step, language), ""]
    for found in debrief.discoveries:
        seen = w["came_out"].format(n=found.turn + 1) if found.turn is not None else w["stayed_in"]
        rows.append(f"{seen}: {found.text}")
        if found.turn is None and found.question:
            rows.append(f"  {w['would_open']}: {found.question}")
    rows.append("")
    for score in debrief.scores:
        value = "–" if score.value is None else f"{score.value:.1f}"
        rows.append(f"{value:>4}  {name_of('criteria', score.criterion, language)}")
        if score.better:
            rows.append(f"      {w['better']}: {score.better}")
    rows += ["", w["model_note"]]
    return "\n".join(rows)


def _turn(step: Step, language: Locale) -> list[str]:
    w = words(language)["practice"]
    head = f"{step.turn + 1}. [{''.join(step.steps) or '·'}] {step.operator}"
    rows = [head, *(f"     {_evidence(e, language)}" for e in step.moved)]
    rows.append(
        f"     {w['anger']} {step.anger:.2f} · {w['trust']} {step.trust:.2f} · {w['heard']} {step.heard:.2f}"
    )
    if step.better:
        rows.append(f"     {w['better']}: {step.better}")
    return [*rows, f"   → {step.customer}"] if step.customer else rows


def _evidence(evidence: Evidence, language: Locale) -> str:
    quoted = f" «{evidence.span}»" if evidence.span else ""
    return f"{evidence.anger:+.2f} {evidence.label or name_of('moves', evidence.act, language)}{quoted}"
