"""The whole screen as one value: what the page paints and nothing else."""

from typing import Any, Literal

from copilot.conversation import Conversation, Frozen
from copilot.settings import Settings
from copilot.suggestion import Result
from knowledge import Locale
from ui.demo import demos, is_demo
from ui.locales import words
from ui.view.drafts import CheckView, DraftView, draft_views
from ui.view.mood import MoodView, WayView, mood_view, way_view
from ui.view.passages import CaseView, SourcesView, case_views, sources_view
from ui.view.writing import ImprovedView, ModelView, NoteView, PartialView, cost_text


class ThreadView(Frozen):
    """The conversation with what the page has to send back with it."""

    conversation: dict[str, Any]
    demo: bool
    guessed: bool


class PrivacyView(Frozen):
    """Where texts go."""

    local: bool
    text: str
    why: str


class KeptView(Frozen):
    """The kept conversation on the page: its id, its draft, the newest message that was read."""

    id: str
    draft: str
    seen: int
    chatwoot: bool


class AnswerView(Frozen):
    """Everything that was found out about a conversation."""

    mood: MoodView
    way: WayView
    drafts: tuple[DraftView, ...]
    sources: SourcesView
    cases: tuple[CaseView, ...]
    notices: tuple[str, ...]
    cost: str = ""


class Telling(Frozen):
    """What Python tells the page. `serial` is the number of the request it answers.

    `words` and `demos` come when the language is new to the page; `awaits` says that the model's
    version follows; `problem` is shown instead of an answer and leaves everything in place, with
    `of` naming the request that failed.
    """

    kind: Literal["screen", "check", "problem", "improved", "note", "partial", "model"]
    serial: int
    language: Locale = "ru"
    words: dict[str, Any] | None = None
    demos: tuple[str, ...] = ()
    thread: ThreadView | None = None
    answer: AnswerView | None = None
    privacy: PrivacyView | None = None
    awaits: bool = False
    check: CheckView | None = None
    improved: ImprovedView | None = None
    note: NoteView | None = None
    partial: PartialView | None = None
    model: ModelView | None = None
    kept: KeptView | None = None
    of: str = ""
    problem: str = ""


def answer_view(
    result: Result, conversation: Conversation, language: Locale, *, chosen: bool
) -> AnswerView:
    """Put a result into the words of the screen."""
    return AnswerView(
        mood=mood_view(result.perception, conversation, language),
        way=way_view(result.frame, language, chosen=chosen),
        drafts=draft_views(result, language),
        sources=sources_view(result, conversation, language),
        cases=case_views(result, language),
        notices=(*_incident(result, language), *result.notices),
        cost=cost_text(result.usage, language),
    )


def thread_view(conversation: Conversation, *, guessed: bool = False) -> ThreadView:
    """Show the thread; the page keeps the conversation and sends it back with every request."""
    plain = conversation.model_dump(mode="json", exclude={"now"})
    return ThreadView(conversation=plain, demo=is_demo(conversation), guessed=guessed)


def privacy_view(settings: Settings, language: Locale, *, masked: int = 0) -> PrivacyView:
    """Say where texts go: nowhere, or masked to the model's host."""
    w = words(language)["privacy"]
    if not settings.uses_llm:
        return PrivacyView(local=True, text=w["embedded"], why=w["embedded_why"])
    text = w["model_masked"] if masked else w["model"]
    shown = text.replace("{host}", settings.llm_host).replace("{n}", str(masked))
    return PrivacyView(local=False, text=shown, why=w["model_why"])


def _incident(result: Result, language: Locale) -> tuple[str, ...]:
    return (str(words(language)["drafts"]["incident"]),) if result.incident else ()


def titles(language: Locale) -> tuple[str, ...]:
    """Titles of the made-up conversations, for the menu."""
    return tuple(demo.title for demo in demos(language))
