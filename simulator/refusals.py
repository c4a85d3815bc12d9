"""What the upstream says no with: one value, rendered differently by every wire."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """An upstream error.

    A `code` of None is an error that carries nothing but its text. A `status` of 200 is one that hides in the
    body of an answer that looks like a success.
    """

    status: int
    code: int | None
    text: str


class Refused(Exception):
    """Carry a refusal to the place that renders it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


def bad_input(text: str) -> Refused:
    """Refuse a call whose inputs break the model's schema."""
    return Refused(Refusal(400, 5006, f"Error: {text}"))


def bad_json(text: str) -> Refused:
    """Refuse a call whose body cannot be read at all."""
    return Refused(Refusal(400, 3003, f"Error: {text}"))


def no_such_model(model: str) -> Refused:
    """Refuse a call of a model that is not in the catalog."""
    return Refused(Refusal(400, 5007, f"No such model {model} or task"))
