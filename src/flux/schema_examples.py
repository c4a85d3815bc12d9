"""The smallest JSON value that fits a JSON Schema, with a conversation's title where a text is wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Schema = Mapping[str, object]

_DEEPEST: Final = 12
"""Levels that are written; a schema that contains itself would go on for ever."""

_LONGEST: Final = 200
"""Characters that a text is stretched to at most, whatever the schema says."""


@dataclass(frozen=True, slots=True)
class Example:
    """Writes examples for one schema: *texts* has those for some property names, *text* is for the rest."""

    root: Schema
    text: str
    texts: Mapping[str, str]

    def write(self) -> object:
        """Write the smallest value that fits."""
        return self._value(self.root, "", 0)

    def _value(self, schema: object, name: str, depth: int) -> object:
        if not isinstance(schema, Mapping) or depth > _DEEPEST:
            return None
        if "const" in schema:
            return schema["const"]
        if values := _listed(schema, "enum"):
            return values[0]
        inner = self._target(schema)
        if inner is not None:
            return self._value(inner, name, depth + 1)
        return self._of_type(schema, name, depth)

    def _target(self, schema: Schema) -> object:
        """Answer the schema that *schema* only points to."""
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self._referred(reference)
        return next(
            (choices[0] for key in ("anyOf", "oneOf", "allOf") if (choices := _listed(schema, key))), None
        )

    def _referred(self, reference: str) -> object:
        found: object = self.root
        for part in reference.removeprefix("#").split("/")[1:]:
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    def _of_type(self, schema: Schema, name: str, depth: int) -> object:
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = kind[0] if kind else "string"
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                count = min(_count(schema, "minItems"), _DEEPEST)
                return [self._value(schema.get("items", {}), name, depth + 1) for _ in range(count)]
            case "integer" | "number":
                return _smallest(schema)
            case "boolean":
                return False
            case "null":
                return None
        return _fitted(self.texts.get(name, self.text), schema)

    def _object(self, schema: Schema, depth: int) -> dict[str, object]:
        properties = schema.get("properties")
        known = properties if isinstance(properties, Mapping) else {}
        required = [name for name in _listed(schema, "required") if isinstance(name, str)]
        # A schema that requires nothing is still asked for a reason: what has a text of its own is given.
        names = required or [name for name in known if name in self.texts]
        return {name: self._value(known.get(name, {}), name, depth + 1) for name in names}


def _listed(schema: Schema, key: str) -> list[object]:
    value = schema.get(key)
    return value if isinstance(value, list) else []


def _count(schema: Schema, key: str) -> int:
    value = schema.get(key)
    return value if isinstance(value, int) and value > 0 else 0


def _smallest(schema: Schema) -> int | float:
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    if isinstance(low, int | float):
        return low
    return above + 1 if isinstance(above, int | float) else 0


def _fitted(text: str, schema: Schema) -> str:
    """Make *text* as long as the schema wants it."""
    longest = _count(schema, "maxLength")
    text = text[:longest].rstrip() if longest else text
    return text.ljust(min(_count(schema, "minLength"), _LONGEST), ".")
