"""How sure a station is."""

from __future__ import annotations

from pydantic_core import CoreSchema, core_schema


class Confidence(float):
    """A probability from 0 to 1. Behaves and serialises as a float.

    Raises:
        ValueError: outside 0..1 or not a number.
    """

    def __new__(cls, value: float) -> Confidence:
        """Check the range; there is no such thing as 110% sure."""
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"a confidence lies between 0 and 1, not {value!r}")
        return super().__new__(cls, value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Read back from JSON as a checked confidence."""
        return core_schema.no_info_after_validator_function(cls, core_schema.float_schema())


CERTAIN = Confidence(1.0)
NO_IDEA = Confidence(0.0)
