"""Improve and summary: by rule in any case, by the model where it answers in time and passes."""

from copilot.brief import Brief
from copilot.errors import SuggesterError
from copilot.improve import How, Improved, LlmEditor, improve
from copilot.improve.setting import TRANSLATIONS
from copilot.llm import ModelClient, on_terms, present_terms
from copilot.llm.notices import What, notice_of
from copilot.rules import Ruleset
from copilot.rules.lexicon import language_of
from copilot.summary import Summary, summarise
from copilot.summary_model import LlmSummariser


class Writers:
    """Writes for the operator's eyes; what the rules write stands whenever the model's does not."""

    def __init__(self, rules: Ruleset, client: ModelClient | None) -> None:
        """Use the model behind `client`, where there is one."""
        self._rules = rules
        self._editor = LlmEditor(client, rules) if client else None
        self._summariser = LlmSummariser(client) if client else None

    def improve(self, text: str, how: How, brief: Brief, *, llm: bool = True) -> Improved:
        """Rewrite an operator's own text; `llm=False` does it by rule alone."""
        standing = improve(text, how, brief, self._rules)
        language = language_of(text, otherwise=brief.perception.language)
        russian_only = how in ("ty", "vy") and language == "en"
        if self._editor is None or not llm or russian_only or how == f"to_{language}":
            return standing
        what: What = "translation" if how in TRANSLATIONS else "text"
        with on_terms(present_terms()) as terms:
            try:
                improved = self._editor.improve(text, how, brief)
            except SuggesterError as error:
                own = () if how in TRANSLATIONS else standing.notes
                notes = (*own, notice_of(error, language, what))
                improved = standing.model_copy(update={"notes": notes})
        return improved.model_copy(update={"usage": terms.meter.usage})

    def summarise(self, brief: Brief, *, masked: bool = False, llm: bool = True) -> Summary:
        """Sum a conversation up; `llm=False` does it by rule alone."""
        standing = summarise(brief, masked=masked)
        if self._summariser is None or not llm or not standing.lines:
            return standing
        with on_terms(present_terms()) as terms:
            try:
                told = self._summariser.summarise(brief, summarise(brief), masked=masked)
            except SuggesterError as error:
                notice = notice_of(error, brief.perception.language, "summary")
                told = standing.model_copy(update={"notices": (notice,)})
        return told.model_copy(update={"usage": terms.meter.usage})
