"""What each role may open, written out apart from config/roles.toml, one module a desk.

Each module has OPEN_TO: name of the address -> roles. An address missing here fails test_permissions. TO_ANYBODY names
addresses open without a role. SAMPLES gives a value for each converter of the desk's addresses, as text.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

_MODULES = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]


def _all(name: str) -> dict[str, Any]:
    return {key: value for module in _MODULES for key, value in getattr(module, name, {}).items()}


OPEN_TO: dict[str, set[str]] = _all("OPEN_TO")
SAMPLES: dict[str, str] = _all("SAMPLES")
TO_ANYBODY: set[str] = {name for module in _MODULES for name in getattr(module, "TO_ANYBODY", ())}
