"""What CrewAI brings and a crew never loads; docs/explanation/security.md names them."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "security.md").read_text()
PROGRAM = """
import sys
from crew import agents
from crew.model import ModelSettings
from settings import Settings
agents.warm_up(ModelSettings.of(Settings(openai_base_url="http://127.0.0.1:9/v1", openai_model="m", _env_file=None)))
print(" ".join({name.partition(".")[0] for name in sys.modules}))
"""


def test_no_crew_loads_what_the_page_calls_unused() -> None:
    section = PAGE.partition("## Dependencies")[2].partition("\n## ")[0]
    unused = {name.replace("-", "_") for name in re.findall(r"`([a-z0-9-]+)`", section.partition("CrewAI brings")[2])}

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )

    assert len(unused) > 8
    assert not unused & {*done.stdout.split()}
