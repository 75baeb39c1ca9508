import subprocess
import sys

SCRIPT = """
import sys
from crew.agents import warm_up
from crew.instructions import Instructions
from crew.learn import learn
from crew.model import ModelSettings
from jobs.record import Mode
from settings import Settings
from tests.crew.examples import CLIENT

settings = Settings(_env_file=None, openai_api_key=None, openai_base_url=None)
warm_up(ModelSettings.of(settings))
assert learn(CLIENT, Instructions("words"), Mode.AUTO, settings).lesson.converter
print("crewai" in sys.modules)
"""


def test_crewai_is_not_imported_where_no_crew_runs() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
