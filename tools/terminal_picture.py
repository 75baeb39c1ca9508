"""Draws docs/terminal.svg, what a terminal shows of three commands: `python -m tools.terminal_picture`."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "terminal.svg"
WIDTH = 110
COMMANDS = (
    "csv-converter learn examples/orders.csv examples/expected.csv -o converter.sql",
    "csv-converter run converter.sql examples/more_orders.csv -o output.csv",
    "head -4 output.csv",
)
# No font is fetched from elsewhere.
_FORMAT = """<svg class="{unique_id}" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: monospace; font-size: {char_height}px; line-height: {line_height}px; }} {styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""


def shown() -> list[tuple[str, str]]:
    """The commands, each with what it prints, typed in a folder that has the examples."""
    program = Path(sys.executable).with_name("csv-converter")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "examples").symlink_to(ROOT / "examples")
        told = []
        for command in COMMANDS:
            words = [str(program) if word == "csv-converter" else word for word in command.split()]
            done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
            # How long it took is the machine's.
            told.append((command, re.sub(r" in [\d.]+ s\b", "", done.stdout + done.stderr)))
        return told


def main() -> None:
    """Writes the picture."""
    with (Path(tempfile.gettempdir()) / "unseen").open("w") as unseen:
        console = Console(record=True, width=WIDTH, file=unseen, force_terminal=True)
        for command, text in shown():
            console.print(f"[bold green]$[/] [bold]{command}[/]", highlight=False)
            console.print(text, end="\n" if text else "", markup=False)
        PICTURE.write_text(console.export_svg(title="csv-converter", code_format=_FORMAT, unique_id="terminal"))


if __name__ == "__main__":
    main()
