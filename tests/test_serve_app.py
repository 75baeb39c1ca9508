"""What the service says where it cannot start."""

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.filterwarnings("ignore::DeprecationWarning:ray")
def test_a_ray_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not above: it sets what every Ray of this process would go by.
    import serve_app

    def init(**_: Any) -> None:
        raise ConnectionError

    monkeypatch.setenv("RAY_ADDRESS", "head:6379")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setattr("ray.init", init)

    with pytest.raises(SystemExit, match="no Ray at RAY_ADDRESS=head:6379"):
        serve_app.app({})
