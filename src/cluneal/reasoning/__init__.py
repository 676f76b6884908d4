"""From findings to a differential: the compiled model, inference, uncertainty, next question, explanation."""

from .differential import Differential, Share
from .evidence import Contradiction, Findings, UnknownFinding, collect
from .explain import Argument, Explanation
from .model import Model, State, UnknownSetting, compile
from .questions import Question, worth_asking

__all__ = [
    "Argument",
    "Contradiction",
    "Differential",
    "Explanation",
    "Findings",
    "Model",
    "Question",
    "Share",
    "State",
    "UnknownFinding",
    "UnknownSetting",
    "collect",
    "compile",
    "worth_asking",
]
