"""Improve my text: an operator's own words made right, shorter, warmer, plainer, by rule.

Import from here only.
"""

from copilot.improve.engine import Change, Improved, improve
from copilot.improve.rewriting import LlmEditor
from copilot.improve.setting import How

__all__ = ["Change", "How", "Improved", "LlmEditor", "improve"]
